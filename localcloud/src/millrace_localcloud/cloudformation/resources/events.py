"""AWS::Events: rules with their targets, and event buses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from millrace_localcloud.cloud import ACCOUNT, REGION
from millrace_localcloud.cloudformation.errors import ResourceFailed
from millrace_localcloud.cloudformation.registry import Made, Request, ResourceType


def _put_rule(request: Request) -> Made:
    events = request.client("events")
    given = request.pick("Description", "EventBusName", "RoleArn", "ScheduleExpression", "State")
    if "EventPattern" in request.properties:
        pattern = request.properties["EventPattern"]
        given["EventPattern"] = pattern if isinstance(pattern, str) else json.dumps(pattern)
    if not request.physical_id and request.tags():
        given["Tags"] = [{"Key": key, "Value": value} for key, value in request.tags().items()]
    arn = events.put_rule(Name=request.name, **given)["RuleArn"]
    bus = _bus(request.properties)
    reference = request.name if bus == "default" else f"{bus}|{request.name}"
    request.began(reference)
    _put_targets(request)
    return Made(reference, {"Arn": arn})


def _put_targets(request: Request) -> None:
    events = request.client("events")
    which = {"Rule": request.name, "EventBusName": _bus(request.properties)}
    wanted = list(request.properties.get("Targets", ()))
    kept = {one["Id"] for one in wanted}
    dropped = [one["Id"] for one in request.before.get("Targets", ()) if one["Id"] not in kept]
    if dropped:
        _checked(events.remove_targets(**which, Ids=dropped))
    if wanted and request.changed("Targets"):
        _checked(events.put_targets(**which, Targets=wanted))


def _checked(answer: Mapping[str, Any]) -> None:
    # Both calls answer 200 with the failures listed inside.
    if answer["FailedEntryCount"]:
        raise ResourceFailed(str(answer["FailedEntries"][0].get("ErrorMessage", answer)))


def _update_rule(request: Request) -> Made:
    made = _put_rule(request)
    if request.changed("Tags"):
        events, arn = request.client("events"), made.attributes["Arn"]
        old = [tag["Key"] for tag in request.before.get("Tags", ())]
        events.untag_resource(ResourceARN=arn, TagKeys=old)
        events.tag_resource(ResourceARN=arn, Tags=request.properties.get("Tags", []))
    return made


def _delete_rule(request: Request) -> None:
    events = request.client("events")
    which = {"EventBusName": _bus(request.properties)}
    name = request.physical_id.rsplit("|", 1)[-1]
    targets = events.list_targets_by_rule(Rule=name, **which)["Targets"]
    if targets:
        _checked(events.remove_targets(Rule=name, Ids=[one["Id"] for one in targets], **which))
    events.delete_rule(Name=name, **which)


def _bus(properties: Mapping[str, Any]) -> str:
    return str(properties.get("EventBusName", "default"))


def _create_bus(request: Request) -> Made:
    request.client("events").create_event_bus(
        Name=request.name, **request.pick("Description", "Tags")
    )
    arn = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/{request.name}"
    return Made(request.name, {"Arn": arn, "Name": request.name})


def _delete_bus(request: Request) -> None:
    request.client("events").delete_event_bus(Name=request.physical_id)


RESOURCE_TYPES = (
    ResourceType(
        "AWS::Events::Rule",
        applies=frozenset(
            {
                "Description",
                "EventBusName",
                "EventPattern",
                "Name",
                "RoleArn",
                "ScheduleExpression",
                "State",
                "Tags",
                "Targets",
            }
        ),
        create=_put_rule,
        update=_update_rule,
        delete=_delete_rule,
        attributes=frozenset({"Arn"}),
        name_property="Name",
        max_name=64,
        replaces=lambda before, after: _bus(before) != _bus(after),
    ),
    ResourceType(
        "AWS::Events::EventBus",
        applies=frozenset({"Description", "Name", "Tags"}),
        create=_create_bus,
        delete=_delete_bus,
        attributes=frozenset({"Arn", "Name"}),
        name_property="Name",
    ),
)
