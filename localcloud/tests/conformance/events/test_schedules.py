"""Schedules of EventBridge Scheduler."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def schedule(aws, queue, role, unique):
    """Make a schedule that sends to the queue; answers its name."""
    scheduler = aws.client("scheduler")

    def make(expression, **settings):
        target = {"Arn": queue.arn, "RoleArn": role, "Input": f'{{"from": "{unique}"}}'}
        scheduler.create_schedule(
            Name=unique,
            ScheduleExpression=expression,
            FlexibleTimeWindow={"Mode": "OFF"},
            Target=target,
            **settings,
        )
        if "ActionAfterCompletion" not in settings:
            aws.afterwards(scheduler.delete_schedule, Name=unique)
        return unique

    return make


@pytest.mark.parametrize(
    ("expression", "timezone"),
    [("cron(bad)", "UTC"), ("rate(1 hours)", "UTC"), ("rate(1 hour)", "Mars/Olympus")],
)
def test_a_schedule_that_aws_refuses_is_refused(schedule, expression, timezone):
    with pytest.raises(ClientError) as refused:
        schedule(expression, ScheduleExpressionTimezone=timezone)

    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_a_schedule_is_described_as_it_was_made_and_paused_by_an_update(aws, schedule):
    scheduler = aws.client("scheduler")
    name = schedule("cron(0 6 * * ? *)", ScheduleExpressionTimezone="Europe/Zurich")
    made = scheduler.get_schedule(Name=name)

    members = ("Name", "ScheduleExpression", "FlexibleTimeWindow", "Target")
    scheduler.update_schedule(**{member: made[member] for member in members}, State="DISABLED")

    assert (made["State"], made["ScheduleExpressionTimezone"]) == ("ENABLED", "Europe/Zurich")
    assert scheduler.get_schedule(Name=name)["State"] == "DISABLED"


def test_a_schedule_for_one_time_sends_its_input_then_and_is_deleted_if_asked(aws, schedule, queue):
    scheduler = aws.client("scheduler")
    for lead_s in (3, 60, 600):
        due = datetime.now(UTC) + timedelta(seconds=lead_s)
        name = schedule(f"at({due:%Y-%m-%dT%H:%M:%S})", ActionAfterCompletion="DELETE")
        if datetime.now(UTC) < due.replace(microsecond=0):
            break
        with suppress(scheduler.exceptions.ResourceNotFoundException):
            scheduler.delete_schedule(Name=name)  # made when its time was over already

    assert queue.receive_json() == {"from": name}

    aws.until(lambda: not scheduler.list_schedules(NamePrefix=name)["Schedules"])
