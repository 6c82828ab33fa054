"""AWS::Logs: log groups."""

from __future__ import annotations

from millrace_localcloud.cloud import ACCOUNT, REGION
from millrace_localcloud.cloudformation.registry import Made, Request, ResourceType


def _create(request: Request) -> Made:
    given = {"kmsKeyId": request.properties.get("KmsKeyId"), "tags": request.tags() or None}
    request.client("logs").create_log_group(
        logGroupName=request.name, **{name: one for name, one in given.items() if one}
    )
    request.began(request.name)
    return _apply(request)


def _apply(request: Request) -> Made:
    logs = request.client("logs")
    arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{request.name}"
    if request.changed("RetentionInDays"):
        days = request.properties.get("RetentionInDays")
        if days is None:
            logs.delete_retention_policy(logGroupName=request.name)
        else:
            logs.put_retention_policy(logGroupName=request.name, retentionInDays=days)
    if request.before and request.changed("KmsKeyId"):
        key = request.properties.get("KmsKeyId")
        if key is None:
            logs.disassociate_kms_key(logGroupName=request.name)
        else:
            logs.associate_kms_key(logGroupName=request.name, kmsKeyId=key)
    if request.before and request.changed("Tags"):
        old = [tag["Key"] for tag in request.before.get("Tags", ())]
        logs.untag_resource(resourceArn=arn, tagKeys=old)
        logs.tag_resource(resourceArn=arn, tags=request.tags())
    return Made(request.name, {"Arn": f"{arn}:*"})


def _delete(request: Request) -> None:
    request.client("logs").delete_log_group(logGroupName=request.physical_id)


RESOURCE_TYPES = (
    ResourceType(
        "AWS::Logs::LogGroup",
        applies=frozenset({"KmsKeyId", "LogGroupName", "RetentionInDays", "Tags"}),
        create=_create,
        update=_apply,
        delete=_delete,
        attributes=frozenset({"Arn"}),
        name_property="LogGroupName",
    ),
)
