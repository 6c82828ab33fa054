"""AWS::ECR: repositories."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from millrace_localcloud.cloudformation.registry import Made, Request, ResourceType


def _create(request: Request) -> Made:
    given = request.pick("ImageTagMutability", "Tags")
    if "ImageScanningConfiguration" in request.properties:
        scan = request.properties["ImageScanningConfiguration"]
        given["imageScanningConfiguration"] = {"scanOnPush": scan.get("ScanOnPush", False)}
    encryption = request.properties.get("EncryptionConfiguration")
    if encryption is not None:
        names = {"EncryptionType": "encryptionType", "KmsKey": "kmsKey"}
        given["encryptionConfiguration"] = {names[key]: one for key, one in encryption.items()}
    sent = {key[0].lower() + key[1:]: value for key, value in given.items()}
    repository = request.client("ecr").create_repository(repositoryName=request.name, **sent)
    request.began(request.name)
    _apply_policies(request)
    return _made(repository["repository"])


def _update(request: Request) -> Made:
    ecr, name = request.client("ecr"), request.physical_id
    if request.changed("ImageTagMutability"):
        ecr.put_image_tag_mutability(
            repositoryName=name,
            imageTagMutability=request.properties.get("ImageTagMutability", "MUTABLE"),
        )
    if request.changed("ImageScanningConfiguration"):
        scan = request.properties.get("ImageScanningConfiguration", {})
        ecr.put_image_scanning_configuration(
            repositoryName=name,
            imageScanningConfiguration={"scanOnPush": scan.get("ScanOnPush", False)},
        )
    _apply_policies(request)
    found = ecr.describe_repositories(repositoryNames=[name])["repositories"][0]
    if request.changed("Tags"):
        old = [tag["Key"] for tag in request.before.get("Tags", ())]
        ecr.untag_resource(resourceArn=found["repositoryArn"], tagKeys=old)
        ecr.tag_resource(
            resourceArn=found["repositoryArn"], tags=request.properties.get("Tags", [])
        )
    return _made(found)


def _apply_policies(request: Request) -> None:
    ecr = request.client("ecr")
    if request.changed("LifecyclePolicy"):
        text = request.properties.get("LifecyclePolicy", {}).get("LifecyclePolicyText")
        if text is None:
            ecr.delete_lifecycle_policy(repositoryName=request.name)
        else:
            ecr.put_lifecycle_policy(repositoryName=request.name, lifecyclePolicyText=text)
    if request.changed("RepositoryPolicyText"):
        policy = request.properties.get("RepositoryPolicyText")
        if policy is None:
            ecr.delete_repository_policy(repositoryName=request.name)
        else:
            text = policy if isinstance(policy, str) else json.dumps(policy)
            ecr.set_repository_policy(repositoryName=request.name, policyText=text)


def _made(repository: Mapping[str, Any]) -> Made:
    return Made(
        repository["repositoryName"],
        {"Arn": repository["repositoryArn"], "RepositoryUri": repository["repositoryUri"]},
    )


def _delete(request: Request) -> None:
    request.client("ecr").delete_repository(
        repositoryName=request.physical_id, force=request.properties.get("EmptyOnDelete", False)
    )


RESOURCE_TYPES = (
    ResourceType(
        "AWS::ECR::Repository",
        applies=frozenset(
            {
                "EmptyOnDelete",
                "EncryptionConfiguration",
                "ImageScanningConfiguration",
                "ImageTagMutability",
                "LifecyclePolicy",
                "RepositoryName",
                "RepositoryPolicyText",
                "Tags",
            }
        ),
        create=_create,
        update=_update,
        delete=_delete,
        attributes=frozenset({"Arn", "RepositoryUri"}),
        name_property="RepositoryName",
        lower_case=True,
    ),
)
