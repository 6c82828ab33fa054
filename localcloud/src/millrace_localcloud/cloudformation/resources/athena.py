"""AWS::Athena: workgroups, named queries and prepared statements."""

from __future__ import annotations

from typing import Any

from millrace_localcloud.cloud import ACCOUNT, REGION
from millrace_localcloud.cloudformation.registry import Made, Request, ResourceType


def _create_group(request: Request) -> Made:
    given: dict[str, Any] = request.pick("Description")
    if "WorkGroupConfiguration" in request.properties:
        given["Configuration"] = request.properties["WorkGroupConfiguration"]
    tags = [{"Key": key, "Value": value} for key, value in request.tags().items()]
    athena = request.client("athena")
    athena.create_work_group(Name=request.name, Tags=tags, **given)
    request.began(request.name)
    if request.properties.get("State") == "DISABLED":
        athena.update_work_group(WorkGroup=request.name, State="DISABLED")
    return Made(request.name)


def _update_group(request: Request) -> Made:
    athena, name = request.client("athena"), request.physical_id
    given: dict[str, Any] = {
        "Description": request.properties.get("Description", ""),
        "State": request.properties.get("State", "ENABLED"),
    }
    if request.changed("WorkGroupConfiguration"):
        given["ConfigurationUpdates"] = _configuration_updates(
            request.before.get("WorkGroupConfiguration", {}),
            request.properties.get("WorkGroupConfiguration", {}),
        )
    athena.update_work_group(WorkGroup=name, **given)
    if request.changed("Tags"):
        arn = f"arn:aws:athena:{REGION}:{ACCOUNT}:workgroup/{name}"
        old = [tag["Key"] for tag in request.before.get("Tags", ())]
        athena.untag_resource(ResourceARN=arn, TagKeys=old)
        athena.tag_resource(ResourceARN=arn, Tags=request.properties.get("Tags", []))
    return Made(name)


def _configuration_updates(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    updates = dict(after)
    if "ResultConfiguration" in updates:
        updates["ResultConfigurationUpdates"] = updates.pop("ResultConfiguration")
    elif "ResultConfiguration" in before:
        updates["ResultConfigurationUpdates"] = {
            "RemoveOutputLocation": True,
            "RemoveEncryptionConfiguration": True,
        }
    if "BytesScannedCutoffPerQuery" in before and "BytesScannedCutoffPerQuery" not in after:
        updates["RemoveBytesScannedCutoffPerQuery"] = True
    return updates


def _delete_group(request: Request) -> None:
    request.client("athena").delete_work_group(
        WorkGroup=request.physical_id,
        RecursiveDeleteOption=request.properties.get("RecursiveDeleteOption", False),
    )


def _create_query(request: Request) -> Made:
    query_id = request.client("athena").create_named_query(
        Name=request.name, **request.pick("Database", "Description", "QueryString", "WorkGroup")
    )["NamedQueryId"]
    return Made(query_id, {"NamedQueryId": query_id})


def _delete_query(request: Request) -> None:
    request.client("athena").delete_named_query(NamedQueryId=request.physical_id)


def _create_statement(request: Request) -> Made:
    given = request.pick("StatementName", "WorkGroup", "QueryStatement", "Description")
    request.client("athena").create_prepared_statement(**given)
    return Made(request.properties["StatementName"])


def _update_statement(request: Request) -> Made:
    given = request.pick("StatementName", "WorkGroup", "QueryStatement", "Description")
    request.client("athena").update_prepared_statement(**given)
    return Made(request.physical_id)


def _delete_statement(request: Request) -> None:
    request.client("athena").delete_prepared_statement(
        StatementName=request.physical_id, WorkGroup=request.properties["WorkGroup"]
    )


RESOURCE_TYPES = (
    ResourceType(
        "AWS::Athena::WorkGroup",
        applies=frozenset(
            {
                "Description",
                "Name",
                "RecursiveDeleteOption",
                "State",
                "Tags",
                "WorkGroupConfiguration",
            }
        ),
        create=_create_group,
        update=_update_group,
        delete=_delete_group,
        name_property="Name",
    ),
    ResourceType(
        "AWS::Athena::NamedQuery",
        applies=frozenset({"Database", "Description", "Name", "QueryString", "WorkGroup"}),
        create=_create_query,
        delete=_delete_query,
        attributes=frozenset({"NamedQueryId"}),
        name_property="Name",
    ),
    ResourceType(
        "AWS::Athena::PreparedStatement",
        applies=frozenset({"Description", "QueryStatement", "StatementName", "WorkGroup"}),
        create=_create_statement,
        update=_update_statement,
        delete=_delete_statement,
    ),
)
