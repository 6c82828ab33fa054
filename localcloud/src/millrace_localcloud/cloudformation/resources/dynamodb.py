"""AWS::DynamoDB: tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from millrace_localcloud.cloudformation.errors import ResourceFailed
from millrace_localcloud.cloudformation.registry import Made, Request, ResourceType

_AT_CREATION = (
    "AttributeDefinitions",
    "BillingMode",
    "DeletionProtectionEnabled",
    "GlobalSecondaryIndexes",
    "KeySchema",
    "LocalSecondaryIndexes",
    "OnDemandThroughput",
    "ProvisionedThroughput",
    "TableClass",
    "Tags",
)


def _create(request: Request) -> Made:
    given = request.pick(*_AT_CREATION)
    if "StreamSpecification" in request.properties:
        given["StreamSpecification"] = _stream(request)
    if "SSESpecification" in request.properties:
        given["SSESpecification"] = _encryption(request)
    answer = request.client("dynamodb").create_table(TableName=request.name, **given)
    request.began(request.name)
    _apply_beside(request)
    return _made(request, answer["TableDescription"])


def _update(request: Request) -> Made:
    dynamodb = request.client("dynamodb")
    changed = {
        name: request.properties[name]
        for name in (
            "BillingMode",
            "ProvisionedThroughput",
            "DeletionProtectionEnabled",
            "TableClass",
            "OnDemandThroughput",
        )
        if name in request.properties and request.changed(name)
    }
    if request.changed("StreamSpecification"):
        changed["StreamSpecification"] = _stream(request)
    if request.changed("SSESpecification"):
        changed["SSESpecification"] = _encryption(request)
    if changed:
        dynamodb.update_table(TableName=request.name, **changed)
    for index in _index_updates(request):
        dynamodb.update_table(
            TableName=request.name,
            AttributeDefinitions=request.properties["AttributeDefinitions"],
            GlobalSecondaryIndexUpdates=[index],
        )
    _apply_beside(request)
    table = dynamodb.describe_table(TableName=request.name)["Table"]
    if request.before and request.changed("Tags"):
        _retag(request, table["TableArn"])
    return _made(request, table)


def _retag(request: Request, arn: str) -> None:
    dynamodb = request.client("dynamodb")
    before = [tag["Key"] for tag in request.before.get("Tags", ())]
    if before:
        dynamodb.untag_resource(ResourceArn=arn, TagKeys=before)
    if request.properties.get("Tags"):
        dynamodb.tag_resource(ResourceArn=arn, Tags=request.properties["Tags"])


def _apply_beside(request: Request) -> None:
    """Settings that have calls of their own."""
    dynamodb = request.client("dynamodb")
    if request.changed("TimeToLiveSpecification"):
        setting = request.properties.get("TimeToLiveSpecification")
        old = request.before.get("TimeToLiveSpecification", {})
        dynamodb.update_time_to_live(
            TableName=request.name,
            TimeToLiveSpecification=setting
            or {"AttributeName": old["AttributeName"], "Enabled": False},
        )
    if request.changed("PointInTimeRecoverySpecification"):
        dynamodb.update_continuous_backups(
            TableName=request.name,
            PointInTimeRecoverySpecification=request.properties.get(
                "PointInTimeRecoverySpecification", {"PointInTimeRecoveryEnabled": False}
            ),
        )


def _stream(request: Request) -> dict[str, Any]:
    given = request.properties.get("StreamSpecification")
    if given is None:
        return {"StreamEnabled": False}
    if set(given) != {"StreamViewType"}:
        raise ResourceFailed("the local cloud applies only StreamViewType of StreamSpecification")
    return {"StreamEnabled": True, **given}


def _encryption(request: Request) -> dict[str, Any]:
    given = dict(request.properties.get("SSESpecification", {"SSEEnabled": False}))
    return {"Enabled": given.pop("SSEEnabled"), **given}


def _index_updates(request: Request) -> Iterator[dict[str, Any]]:
    def by_name(properties: Mapping[str, Any]) -> dict[str, Any]:
        return {one["IndexName"]: one for one in properties.get("GlobalSecondaryIndexes", ())}

    before, after = by_name(request.before), by_name(request.properties)
    for name in before.keys() - after.keys():
        yield {"Delete": {"IndexName": name}}
    for name, index in after.items():
        if name not in before:
            yield {"Create": index}
        elif index != before[name]:
            throughput = index.get("ProvisionedThroughput")
            if {**before[name], "ProvisionedThroughput": throughput} != index:
                raise ResourceFailed(
                    f"Cannot update GSI {name}: only its ProvisionedThroughput can change"
                )
            yield {"Update": {"IndexName": name, "ProvisionedThroughput": throughput}}


def _made(request: Request, table: Mapping[str, Any]) -> Made:
    attributes = {"Arn": table["TableArn"]}
    if "LatestStreamArn" in table:
        attributes["StreamArn"] = table["LatestStreamArn"]
    return Made(request.name, attributes)


def _delete(request: Request) -> None:
    request.client("dynamodb").delete_table(TableName=request.physical_id)


def _replaces(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return any(before.get(n) != after.get(n) for n in ("KeySchema", "LocalSecondaryIndexes"))


RESOURCE_TYPES = (
    ResourceType(
        "AWS::DynamoDB::Table",
        applies=frozenset(
            {
                *_AT_CREATION,
                "PointInTimeRecoverySpecification",
                "SSESpecification",
                "StreamSpecification",
                "TableName",
                "TimeToLiveSpecification",
            }
        ),
        create=_create,
        update=_update,
        delete=_delete,
        attributes=frozenset({"Arn", "StreamArn"}),
        name_property="TableName",
        replaces=_replaces,
    ),
)
