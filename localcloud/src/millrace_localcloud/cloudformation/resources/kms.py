"""AWS::KMS: keys and aliases."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from millrace_localcloud.cloudformation.registry import Made, Request, ResourceType


def _create_key(request: Request) -> Made:
    kms = request.client("kms")
    given = request.pick("Description", "KeyUsage", "KeySpec", "MultiRegion", "Origin")
    if "KeyPolicy" in request.properties:
        given["Policy"] = _policy(request)
    tags = [{"TagKey": key, "TagValue": value} for key, value in request.tags().items()]
    key = kms.create_key(**given, Tags=tags)["KeyMetadata"]
    request.began(key["KeyId"])
    if request.properties.get("EnableKeyRotation"):
        kms.enable_key_rotation(KeyId=key["KeyId"], **request.pick("RotationPeriodInDays"))
    if request.properties.get("Enabled") is False:
        kms.disable_key(KeyId=key["KeyId"])
    return _made(key)


def _update_key(request: Request) -> Made:
    kms, key_id = request.client("kms"), request.physical_id
    if request.changed("Description"):
        kms.update_key_description(
            KeyId=key_id, Description=request.properties.get("Description", "")
        )
    if request.changed("KeyPolicy") and "KeyPolicy" in request.properties:
        kms.put_key_policy(KeyId=key_id, PolicyName="default", Policy=_policy(request))
    if request.changed("EnableKeyRotation") or request.changed("RotationPeriodInDays"):
        if request.properties.get("EnableKeyRotation"):
            kms.enable_key_rotation(KeyId=key_id, **request.pick("RotationPeriodInDays"))
        else:
            kms.disable_key_rotation(KeyId=key_id)
    if request.changed("Enabled"):
        enabled = request.properties.get("Enabled", True)
        (kms.enable_key if enabled else kms.disable_key)(KeyId=key_id)
    if request.changed("Tags"):
        old = [tag["Key"] for tag in request.before.get("Tags", ())]
        kms.untag_resource(KeyId=key_id, TagKeys=old)
        tags = [{"TagKey": key, "TagValue": value} for key, value in request.tags().items()]
        kms.tag_resource(KeyId=key_id, Tags=tags)
    return _made(kms.describe_key(KeyId=key_id)["KeyMetadata"])


def _policy(request: Request) -> str:
    policy = request.properties["KeyPolicy"]
    return policy if isinstance(policy, str) else json.dumps(policy)


def _made(key: Mapping[str, Any]) -> Made:
    return Made(key["KeyId"], {"Arn": key["Arn"], "KeyId": key["KeyId"]})


def _delete_key(request: Request) -> None:
    days = request.properties.get("PendingWindowInDays", 30)
    request.client("kms").schedule_key_deletion(KeyId=request.physical_id, PendingWindowInDays=days)


def _create_alias(request: Request) -> Made:
    request.client("kms").create_alias(**request.pick("AliasName", "TargetKeyId"))
    return Made(request.properties["AliasName"])


def _update_alias(request: Request) -> Made:
    request.client("kms").update_alias(**request.pick("AliasName", "TargetKeyId"))
    return Made(request.physical_id)


def _delete_alias(request: Request) -> None:
    request.client("kms").delete_alias(AliasName=request.physical_id)


RESOURCE_TYPES = (
    ResourceType(
        "AWS::KMS::Key",
        applies=frozenset(
            {
                "Description",
                "EnableKeyRotation",
                "Enabled",
                "KeyPolicy",
                "KeySpec",
                "KeyUsage",
                "MultiRegion",
                "Origin",
                "PendingWindowInDays",
                "RotationPeriodInDays",
                "Tags",
            }
        ),
        create=_create_key,
        update=_update_key,
        delete=_delete_key,
        attributes=frozenset({"Arn", "KeyId"}),
        replaces=lambda before, after: any(
            before.get(n) != after.get(n) for n in ("KeySpec", "KeyUsage", "MultiRegion", "Origin")
        ),
    ),
    ResourceType(
        "AWS::KMS::Alias",
        applies=frozenset({"AliasName", "TargetKeyId"}),
        create=_create_alias,
        update=_update_alias,
        delete=_delete_alias,
    ),
)
