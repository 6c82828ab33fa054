from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from urllib.error import HTTPError

import pytest
from botocore.exceptions import ClientError

ROLE = "arn:aws:iam::123456789012:role/scheduler"


@pytest.fixture
def move_clock(timed_cloud):
    """Move the cloud's clock; it only goes forward, as the tests share it."""
    state = timed_cloud.home / "test-clock"

    def move(**by):
        now = datetime.fromisoformat(state.read_text()) if state.exists() else _start()
        later = now + timedelta(**by)
        state.write_text(later.isoformat())
        timed_cloud.control("POST", "clock", {"now": later.isoformat()})
        return later

    move()
    return move


def _start():
    # A day ahead of the machine, at noon.
    return (datetime.now(UTC) + timedelta(days=1)).replace(hour=12, minute=0, second=0)


@pytest.fixture
def schedule(timed_cloud, timed_queue):
    scheduler = timed_cloud.client("scheduler")

    def make(expression, target=None, **settings):
        name = f"schedule-{uuid.uuid4().hex[:8]}"
        scheduler.create_schedule(
            Name=name,
            ScheduleExpression=expression,
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": timed_queue.arn, "RoleArn": ROLE, **(target or {})},
            **settings,
        )
        return name

    return make


def test_a_scheduled_rule_sends_the_scheduled_event(timed_cloud, timed_queue, move_clock):
    events = timed_cloud.client("events")
    name = f"rule-{uuid.uuid4().hex[:8]}"
    now = move_clock()
    events.put_rule(Name=name, ScheduleExpression="rate(2 hours)")
    events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": timed_queue.arn}])

    move_clock(hours=2, minutes=1)

    event = timed_queue.receive_json()
    assert event["detail-type"] == "Scheduled Event"
    assert event["source"] == "aws.events"
    assert event["resources"] == [f"arn:aws:events:us-east-1:123456789012:rule/{name}"]
    due_at = datetime.fromisoformat(event["time"])
    assert abs(due_at - now - timedelta(hours=2)) < timedelta(minutes=1)
    events.put_rule(Name=name, ScheduleExpression="rate(2 hours)", State="DISABLED")


def test_a_scheduled_rule_does_not_answer_to_events(timed_cloud, timed_queue):
    events = timed_cloud.client("events")
    name = f"rule-{uuid.uuid4().hex[:8]}"
    events.put_rule(Name=name, ScheduleExpression="cron(0 0 1 1 ? 2190)")
    events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": timed_queue.arn}])

    events.put_events(Entries=[{"Source": "x", "DetailType": "x", "Detail": "{}"}])

    assert timed_queue.is_empty()


def test_a_cron_schedule_fires_at_its_hour_in_its_time_zone(schedule, timed_queue, move_clock):
    now = move_clock()
    tomorrow = (now + timedelta(days=1)).date()
    schedule(
        f"cron(30 6 {tomorrow.day} * ? *)",
        {"Input": '{"dataset": "flights", "at": "<aws.scheduler.scheduled-time>"}'},
        ScheduleExpressionTimezone="Asia/Tokyo",
    )
    due_at = datetime(now.year, now.month, now.day, 21, 30, tzinfo=UTC)

    move_clock(seconds=(due_at - now).total_seconds() + 1)

    assert timed_queue.receive_json() == {
        "dataset": "flights",
        "at": f"{due_at:%Y-%m-%dT%H:%M:%SZ}",
    }


def test_nothing_fires_before_it_is_due(schedule, timed_queue, move_clock):
    schedule("rate(3 hours)")

    move_clock(hours=2)

    assert timed_queue.is_empty()


def test_a_schedule_missed_several_times_fires_once(schedule, timed_queue, move_clock):
    schedule("rate(1 hour)")

    move_clock(hours=5, minutes=30)

    timed_queue.receive()
    assert timed_queue.is_empty()


def test_a_schedule_without_input_describes_itself(schedule, timed_queue, move_clock):
    name = schedule("rate(1 hour)")

    move_clock(hours=1, minutes=1)

    event = timed_queue.receive_json()
    assert event["source"] == "aws.scheduler"
    assert event["resources"][0].endswith(f":schedule/default/{name}")


def test_a_schedule_that_completes_is_deleted_if_asked(
    timed_cloud, schedule, timed_queue, move_clock, eventually
):
    soon = move_clock() + timedelta(minutes=10)
    expression = f"at({soon:%Y-%m-%dT%H:%M:%S})"
    kept = schedule(expression)
    deleted = schedule(expression, ActionAfterCompletion="DELETE")

    move_clock(minutes=11)

    timed_queue.receive()
    timed_queue.receive()
    scheduler = timed_cloud.client("scheduler")

    def names():
        return {found["Name"] for found in scheduler.list_schedules()["Schedules"]}

    assert eventually(lambda: deleted not in names())
    assert kept in names()


def test_a_schedule_starts_after_its_start_date_and_ends_with_its_end_date(
    schedule, timed_queue, move_clock
):
    now = move_clock()
    schedule(
        "rate(1 hour)",
        StartDate=now + timedelta(hours=10),
        EndDate=now + timedelta(hours=11, minutes=30),
    )

    move_clock(hours=9)
    before = timed_queue.is_empty()
    move_clock(hours=2, minutes=1)
    timed_queue.receive()
    move_clock(hours=5)

    assert before
    assert timed_queue.is_empty()


def test_a_disabled_schedule_does_not_fire(schedule, timed_queue, move_clock):
    schedule("rate(1 hour)", State="DISABLED")

    move_clock(hours=2)

    assert timed_queue.is_empty()


def test_a_schedule_starts_a_state_machine(timed_cloud, schedule, move_clock, eventually):
    machines = timed_cloud.client("stepfunctions")
    arn = machines.create_state_machine(
        name=f"machine-{uuid.uuid4().hex[:8]}",
        roleArn="arn:aws:iam::123456789012:role/machine",
        definition=json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}),
    )["stateMachineArn"]
    schedule("rate(1 hour)", {"Arn": arn, "Input": '{"dataset": "flights"}'})

    move_clock(hours=1, minutes=1)

    [execution] = eventually(lambda: machines.list_executions(stateMachineArn=arn)["executions"])
    described = machines.describe_execution(executionArn=execution["executionArn"])
    assert json.loads(described["input"]) == {"dataset": "flights"}


def test_a_target_that_is_not_served_is_refused_by_name(schedule):
    with pytest.raises(ClientError, match="aws-sdk:ec2"):
        schedule("rate(1 hour)", {"Arn": "arn:aws:scheduler:::aws-sdk:ec2:runInstances"})


def test_a_time_without_a_zone_does_not_move_the_clock(timed_cloud):
    with pytest.raises(HTTPError) as refused:
        timed_cloud.control("POST", "clock", {"now": "2030-01-01T00:00:00"})

    assert "no time zone" in refused.value.read().decode()
