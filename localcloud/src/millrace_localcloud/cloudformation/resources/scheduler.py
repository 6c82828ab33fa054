"""AWS::Scheduler: schedules and their groups."""

from __future__ import annotations

from millrace_localcloud.cloud import ACCOUNT, REGION
from millrace_localcloud.cloudformation.registry import Made, Request, ResourceType

_SCHEDULE = (
    "Description",
    "EndDate",
    "FlexibleTimeWindow",
    "GroupName",
    "KmsKeyArn",
    "ScheduleExpression",
    "ScheduleExpressionTimezone",
    "StartDate",
    "State",
    "Target",
)


def _create(request: Request) -> Made:
    answer = request.client("scheduler").create_schedule(
        Name=request.name, **request.pick(*_SCHEDULE)
    )
    return Made(request.name, {"Arn": answer["ScheduleArn"]})


def _update(request: Request) -> Made:
    answer = request.client("scheduler").update_schedule(
        Name=request.physical_id, **request.pick(*_SCHEDULE)
    )
    return Made(request.physical_id, {"Arn": answer["ScheduleArn"]})


def _delete(request: Request) -> None:
    request.client("scheduler").delete_schedule(
        Name=request.physical_id, **request.pick("GroupName")
    )


def _create_group(request: Request) -> Made:
    arn = request.client("scheduler").create_schedule_group(
        Name=request.name, **request.pick("Tags")
    )["ScheduleGroupArn"]
    return Made(request.name, {"Arn": arn})


def _update_group(request: Request) -> Made:
    scheduler = request.client("scheduler")
    arn = f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule-group/{request.physical_id}"
    old = [tag["Key"] for tag in request.before.get("Tags", ())]
    if old:
        scheduler.untag_resource(ResourceArn=arn, TagKeys=old)
    scheduler.tag_resource(ResourceArn=arn, Tags=request.properties.get("Tags", []))
    return Made(request.physical_id, {"Arn": arn})


def _delete_group(request: Request) -> None:
    request.client("scheduler").delete_schedule_group(Name=request.physical_id)


RESOURCE_TYPES = (
    ResourceType(
        "AWS::Scheduler::Schedule",
        applies=frozenset({"Name", *_SCHEDULE}),
        create=_create,
        update=_update,
        delete=_delete,
        attributes=frozenset({"Arn"}),
        name_property="Name",
        max_name=64,
        replaces=lambda before, after: before.get("GroupName") != after.get("GroupName"),
    ),
    ResourceType(
        "AWS::Scheduler::ScheduleGroup",
        applies=frozenset({"Name", "Tags"}),
        create=_create_group,
        update=_update_group,
        delete=_delete_group,
        attributes=frozenset({"Arn"}),
        name_property="Name",
        max_name=64,
    ),
)
