"""AWS::IAM: roles and policies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from millrace_localcloud.cloudformation.registry import Made, Request, ResourceType


def _create_role(request: Request) -> Made:
    iam = request.client("iam")
    given = request.pick("Description", "MaxSessionDuration", "Path", "PermissionsBoundary", "Tags")
    iam.create_role(
        RoleName=request.name,
        AssumeRolePolicyDocument=_text(request.properties["AssumeRolePolicyDocument"]),
        **given,
    )
    request.began(request.name)
    _apply_role_policies(request)
    return _made_role(request)


def _update_role(request: Request) -> Made:
    iam = request.client("iam")
    if request.changed("AssumeRolePolicyDocument"):
        iam.update_assume_role_policy(
            RoleName=request.name,
            PolicyDocument=_text(request.properties["AssumeRolePolicyDocument"]),
        )
    if request.changed("Description") or request.changed("MaxSessionDuration"):
        iam.update_role(RoleName=request.name, **request.pick("Description", "MaxSessionDuration"))
    if request.changed("PermissionsBoundary"):
        boundary = request.properties.get("PermissionsBoundary")
        if boundary is None:
            iam.delete_role_permissions_boundary(RoleName=request.name)
        else:
            iam.put_role_permissions_boundary(RoleName=request.name, PermissionsBoundary=boundary)
    if request.changed("Tags"):
        old = [tag["Key"] for tag in request.before.get("Tags", ())]
        iam.untag_role(RoleName=request.name, TagKeys=old)
        iam.tag_role(RoleName=request.name, Tags=request.properties.get("Tags", []))
    _apply_role_policies(request)
    return _made_role(request)


def _apply_role_policies(request: Request) -> None:
    iam = request.client("iam")
    before, after = _inline(request.before), _inline(request.properties)
    for name in before.keys() - after.keys():
        iam.delete_role_policy(RoleName=request.name, PolicyName=name)
    for name, document in after.items():
        if before.get(name) != document:
            iam.put_role_policy(
                RoleName=request.name, PolicyName=name, PolicyDocument=_text(document)
            )
    old = set(request.before.get("ManagedPolicyArns", ()))
    new = set(request.properties.get("ManagedPolicyArns", ()))
    for arn in sorted(old - new):
        iam.detach_role_policy(RoleName=request.name, PolicyArn=arn)
    for arn in sorted(new - old):
        iam.attach_role_policy(RoleName=request.name, PolicyArn=arn)


def _inline(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {one["PolicyName"]: one["PolicyDocument"] for one in properties.get("Policies", ())}


def _made_role(request: Request) -> Made:
    role = request.client("iam").get_role(RoleName=request.name)["Role"]
    return Made(request.name, {"Arn": role["Arn"], "RoleId": role["RoleId"]})


def _delete_role(request: Request) -> None:
    iam, role = request.client("iam"), request.physical_id
    managed = set(request.properties.get("ManagedPolicyArns", ()))
    for one in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        if one["PolicyArn"] in managed:
            iam.detach_role_policy(RoleName=role, PolicyArn=one["PolicyArn"])
    inline = _inline(request.properties)
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        if name in inline:
            iam.delete_role_policy(RoleName=role, PolicyName=name)
    iam.delete_role(RoleName=role)


_PRINCIPALS = (
    ("Roles", "role", "RoleName"),
    ("Users", "user", "UserName"),
    ("Groups", "group", "GroupName"),
)


def _put_policy(request: Request) -> Made:
    iam, name = request.client("iam"), request.properties["PolicyName"]
    for kind, verb, key in _PRINCIPALS:
        for principal in request.properties.get(kind, ()):
            getattr(iam, f"put_{verb}_policy")(
                **{key: principal},
                PolicyName=name,
                PolicyDocument=_text(request.properties["PolicyDocument"]),
            )
    return Made(request.physical_id or request.name, {"Id": request.physical_id or request.name})


def _update_policy(request: Request) -> Made:
    renamed = request.changed("PolicyName")
    for kind, verb, key in _PRINCIPALS:
        kept = () if renamed else request.properties.get(kind, ())
        for principal in request.before.get(kind, ()):
            if principal not in kept:
                getattr(request.client("iam"), f"delete_{verb}_policy")(
                    **{key: principal}, PolicyName=request.before["PolicyName"]
                )
    return _put_policy(request)


def _delete_policy(request: Request) -> None:
    for kind, verb, key in _PRINCIPALS:
        for principal in request.properties.get(kind, ()):
            getattr(request.client("iam"), f"delete_{verb}_policy")(
                **{key: principal}, PolicyName=request.properties["PolicyName"]
            )


def _create_managed(request: Request) -> Made:
    policy = request.client("iam").create_policy(
        PolicyName=request.name,
        PolicyDocument=_text(request.properties["PolicyDocument"]),
        **request.pick("Description", "Path"),
    )["Policy"]
    request.began(policy["Arn"])
    _attach(request, policy["Arn"])
    return Made(policy["Arn"], {"PolicyArn": policy["Arn"], "PolicyId": policy["PolicyId"]})


def _update_managed(request: Request) -> Made:
    iam, arn = request.client("iam"), request.physical_id
    if request.changed("PolicyDocument"):
        versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
        for one in versions:
            if not one["IsDefaultVersion"]:
                iam.delete_policy_version(PolicyArn=arn, VersionId=one["VersionId"])
        iam.create_policy_version(
            PolicyArn=arn,
            PolicyDocument=_text(request.properties["PolicyDocument"]),
            SetAsDefault=True,
        )
    _attach(request, arn)
    policy = iam.get_policy(PolicyArn=arn)["Policy"]
    return Made(arn, {"PolicyArn": arn, "PolicyId": policy["PolicyId"]})


def _attach(request: Request, arn: str) -> None:
    iam = request.client("iam")
    for kind, verb, key in _PRINCIPALS:
        before = set(request.before.get(kind, ()))
        after = set(request.properties.get(kind, ()))
        for principal in sorted(before - after):
            getattr(iam, f"detach_{verb}_policy")(**{key: principal}, PolicyArn=arn)
        for principal in sorted(after - before):
            getattr(iam, f"attach_{verb}_policy")(**{key: principal}, PolicyArn=arn)


def _delete_managed(request: Request) -> None:
    iam, arn = request.client("iam"), request.physical_id
    for kind, verb, key in _PRINCIPALS:
        for principal in request.properties.get(kind, ()):
            getattr(iam, f"detach_{verb}_policy")(**{key: principal}, PolicyArn=arn)
    for one in iam.list_policy_versions(PolicyArn=arn)["Versions"]:
        if not one["IsDefaultVersion"]:
            iam.delete_policy_version(PolicyArn=arn, VersionId=one["VersionId"])
    iam.delete_policy(PolicyArn=arn)


def _text(document: Any) -> str:
    return document if isinstance(document, str) else json.dumps(document)


RESOURCE_TYPES = (
    ResourceType(
        "AWS::IAM::Role",
        applies=frozenset(
            {
                "AssumeRolePolicyDocument",
                "Description",
                "ManagedPolicyArns",
                "MaxSessionDuration",
                "Path",
                "PermissionsBoundary",
                "Policies",
                "RoleName",
                "Tags",
            }
        ),
        create=_create_role,
        update=_update_role,
        delete=_delete_role,
        attributes=frozenset({"Arn", "RoleId"}),
        name_property="RoleName",
        max_name=64,
    ),
    ResourceType(
        "AWS::IAM::Policy",
        applies=frozenset({"Groups", "PolicyDocument", "PolicyName", "Roles", "Users"}),
        create=_put_policy,
        update=_update_policy,
        delete=_delete_policy,
        attributes=frozenset({"Id"}),
    ),
    ResourceType(
        "AWS::IAM::ManagedPolicy",
        applies=frozenset(
            {
                "Description",
                "Groups",
                "ManagedPolicyName",
                "Path",
                "PolicyDocument",
                "Roles",
                "Users",
            }
        ),
        create=_create_managed,
        update=_update_managed,
        delete=_delete_managed,
        attributes=frozenset({"PolicyArn", "PolicyId"}),
        name_property="ManagedPolicyName",
        max_name=128,
    ),
)
