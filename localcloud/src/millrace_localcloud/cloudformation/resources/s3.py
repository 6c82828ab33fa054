"""AWS::S3: buckets and their policies."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from millrace_localcloud.cloud import REGION
from millrace_localcloud.cloudformation.errors import ResourceFailed
from millrace_localcloud.cloudformation.registry import Made, Request, ResourceType

_NOTIFIED = {
    "LambdaConfigurations": ("LambdaFunctionConfigurations", "Function", "LambdaFunctionArn"),
    "QueueConfigurations": ("QueueConfigurations", "Queue", "QueueArn"),
    "TopicConfigurations": ("TopicConfigurations", "Topic", "TopicArn"),
}
_TRANSITION = {"TransitionInDays": "Days", "StorageClass": "StorageClass"}
_NONCURRENT_TRANSITION = {
    "TransitionInDays": "NoncurrentDays",
    "StorageClass": "StorageClass",
    "NewerNoncurrentVersions": "NewerNoncurrentVersions",
}


def _create_bucket(request: Request) -> Made:
    request.client("s3").create_bucket(Bucket=request.name)
    request.began(request.name)
    return _apply_bucket(request)


def _apply_bucket(request: Request) -> Made:
    for name, apply in _SETTINGS.items():
        if request.changed(name):
            apply(request.client("s3"), request.name, request.properties.get(name))
    return Made(
        request.name,
        {
            "Arn": f"arn:aws:s3:::{request.name}",
            "DomainName": f"{request.name}.s3.amazonaws.com",
            "RegionalDomainName": f"{request.name}.s3.{REGION}.amazonaws.com",
            "DualStackDomainName": f"{request.name}.s3.dualstack.{REGION}.amazonaws.com",
        },
    )


def _delete_bucket(request: Request) -> None:
    request.client("s3").delete_bucket(Bucket=request.physical_id)


def _encryption(s3: Any, bucket: str, setting: Any) -> None:
    if setting is None:
        s3.delete_bucket_encryption(Bucket=bucket)
        return
    rules = [
        _renamed(
            rule,
            {
                "ServerSideEncryptionByDefault": "ApplyServerSideEncryptionByDefault",
                "BucketKeyEnabled": "BucketKeyEnabled",
            },
        )
        for rule in setting["ServerSideEncryptionConfiguration"]
    ]
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})


def _versioning(s3: Any, bucket: str, setting: Any) -> None:
    s3.put_bucket_versioning(
        Bucket=bucket, VersioningConfiguration=setting or {"Status": "Suspended"}
    )


def _public_access(s3: Any, bucket: str, setting: Any) -> None:
    if setting is None:
        s3.delete_public_access_block(Bucket=bucket)
    else:
        s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=setting)


def _ownership(s3: Any, bucket: str, setting: Any) -> None:
    if setting is None:
        s3.delete_bucket_ownership_controls(Bucket=bucket)
    else:
        s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=setting)


def _tags(s3: Any, bucket: str, setting: Any) -> None:
    if setting is None:
        s3.delete_bucket_tagging(Bucket=bucket)
    else:
        s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": setting})


def _lifecycle(s3: Any, bucket: str, setting: Any) -> None:
    if setting is None:
        s3.delete_bucket_lifecycle(Bucket=bucket)
        return
    rules = [_lifecycle_rule(index, rule) for index, rule in enumerate(setting["Rules"])]
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})


def _lifecycle_rule(index: int, rule: Mapping[str, Any]) -> dict[str, Any]:
    known = {
        "Id",
        "Status",
        "Prefix",
        "ExpirationInDays",
        "ExpiredObjectDeleteMarker",
        "Transitions",
        "NoncurrentVersionExpiration",
        "NoncurrentVersionTransitions",
        "AbortIncompleteMultipartUpload",
        "TagFilters",
        "ObjectSizeGreaterThan",
        "ObjectSizeLessThan",
    }
    _refuse_others(rule, known, "LifecycleConfiguration/Rules")
    expiration = _renamed(
        {
            name: rule[name]
            for name in ("ExpirationInDays", "ExpiredObjectDeleteMarker")
            if name in rule
        },
        {"ExpirationInDays": "Days", "ExpiredObjectDeleteMarker": "ExpiredObjectDeleteMarker"},
    )
    made = {
        "ID": rule.get("Id", f"rule-{index}"),
        "Status": rule["Status"],
        "Filter": _lifecycle_filter(rule),
        "Expiration": expiration,
        "Transitions": [_renamed(one, _TRANSITION) for one in rule.get("Transitions", ())],
        "NoncurrentVersionExpiration": rule.get("NoncurrentVersionExpiration"),
        "NoncurrentVersionTransitions": [
            _renamed(one, _NONCURRENT_TRANSITION)
            for one in rule.get("NoncurrentVersionTransitions", ())
        ],
        "AbortIncompleteMultipartUpload": rule.get("AbortIncompleteMultipartUpload"),
    }
    return {name: value for name, value in made.items() if value or name == "Filter"}


def _lifecycle_filter(rule: Mapping[str, Any]) -> dict[str, Any]:
    sizes = {
        name: int(rule[name])
        for name in ("ObjectSizeGreaterThan", "ObjectSizeLessThan")
        if name in rule
    }
    tags = rule.get("TagFilters", [])
    if len(sizes) + len(tags) + ("Prefix" in rule) > 1:
        parts = {"Tags": tags, **sizes, "Prefix": rule.get("Prefix", "")}
        return {"And": {name: value for name, value in parts.items() if value}}
    if tags:
        return {"Tag": tags[0]}
    return sizes or {"Prefix": rule.get("Prefix", "")}


def _notification(s3: Any, bucket: str, setting: Any) -> None:
    given: Mapping[str, Any] = setting or {}
    wanted: dict[str, Any] = {}
    for name, (section, key, arn) in _NOTIFIED.items():
        for one in given.get(name, ()):
            entry = {arn: one[key], "Events": [one["Event"]]}
            if "Filter" in one:
                entry["Filter"] = {"Key": {"FilterRules": one["Filter"]["S3Key"]["Rules"]}}
            wanted.setdefault(section, []).append(entry)
    if given.get("EventBridgeConfiguration", {}).get("EventBridgeEnabled"):
        wanted["EventBridgeConfiguration"] = {}
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=wanted)


def _cors(s3: Any, bucket: str, setting: Any) -> None:
    if setting is None:
        s3.delete_bucket_cors(Bucket=bucket)
        return
    names = {
        "AllowedHeaders": "AllowedHeaders",
        "AllowedMethods": "AllowedMethods",
        "AllowedOrigins": "AllowedOrigins",
        "ExposedHeaders": "ExposeHeaders",
        "Id": "ID",
        "MaxAge": "MaxAgeSeconds",
    }
    rules = [_renamed(rule, names) for rule in setting["CorsRules"]]
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": rules})


_SETTINGS: Mapping[str, Callable[[Any, str, Any], None]] = {
    "BucketEncryption": _encryption,
    "VersioningConfiguration": _versioning,
    "PublicAccessBlockConfiguration": _public_access,
    "OwnershipControls": _ownership,
    "LifecycleConfiguration": _lifecycle,
    "NotificationConfiguration": _notification,
    "CorsConfiguration": _cors,
    "Tags": _tags,
}


def _renamed(given: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    _refuse_others(given, set(names), "AWS::S3::Bucket")
    return {names[name]: value for name, value in given.items()}


def _refuse_others(given: Mapping[str, Any], known: set[str], where: str) -> None:
    others = sorted(set(given) - known)
    if others:
        raise ResourceFailed(f"the local cloud does not apply [{', '.join(others)}] of {where}")


def _put_policy(request: Request) -> Made:
    bucket = request.properties["Bucket"]
    request.client("s3").put_bucket_policy(
        Bucket=bucket, Policy=json.dumps(request.properties["PolicyDocument"])
    )
    return Made(bucket)


def _delete_policy(request: Request) -> None:
    request.client("s3").delete_bucket_policy(Bucket=request.properties["Bucket"])


RESOURCE_TYPES = (
    ResourceType(
        "AWS::S3::Bucket",
        applies=frozenset({"BucketName", *_SETTINGS}),
        create=_create_bucket,
        update=_apply_bucket,
        delete=_delete_bucket,
        attributes=frozenset({"Arn", "DomainName", "RegionalDomainName", "DualStackDomainName"}),
        name_property="BucketName",
        lower_case=True,
        max_name=63,
    ),
    ResourceType(
        "AWS::S3::BucketPolicy",
        applies=frozenset({"Bucket", "PolicyDocument"}),
        create=_put_policy,
        update=_put_policy,
        delete=_delete_policy,
    ),
)
