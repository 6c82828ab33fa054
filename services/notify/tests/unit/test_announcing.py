import json
from datetime import timedelta

import pytest
from stage import NOON, Stage, attempt

from millrace_contracts import StageFailed
from millrace_contracts.state import RunStatus
from millrace_notify.errors import AnnouncementHeld, CallFailed
from millrace_notify.once import LEASE


class Died(BaseException):
    pass


class Failing:
    """A topic that raises, before or after it has accepted the message."""

    def __init__(self, topic, error, *, after=False):
        self._topic = topic
        self._error = error
        self._after = after

    def publish(self, subject, bodies, attributes):
        if self._after:
            self._topic.publish(subject, bodies, attributes)
        raise self._error


@pytest.fixture
def stage():
    return Stage()


def test_a_failure_in_a_branch_is_told_with_its_stage_and_root_cause(stage):
    stage.state.start_run("r1", "flights", NOON - timedelta(minutes=5))
    event = stage.announce()

    (message,) = stage.topic.published
    assert message.subject == "[millrace] flights: Etl failed (run r1)"
    assert message.attributes == {
        "dataset": "flights",
        "owner": "network",
        "stage": "Etl",
        "severity": "error",
    }
    for told in (
        "flights",
        "network <network@example.com>",
        "ValueError: 3 rows too many",
        "2024-02-29 11:55:00 UTC",
        "2024-02-29 12:00:00 UTC",
        "failed once in 7 days",
        "millrace redrive r1\n",
        "millrace run flights\n",
        event.execution_arn,
    ):
        assert told in message.bodies["email"]
    assert message.bodies["default"] == message.bodies["email"]
    for protocol in ("sqs", "lambda", "https"):
        assert StageFailed.model_validate_json(message.bodies[protocol]) == event
    assert (event.stage, event.error) == ("Etl", "States.TaskFailed")


def test_the_run_is_recorded_as_failed_with_its_cause(stage):
    stage.announce()

    run = stage.state.run("r1")
    assert (run.status, run.error) == (RunStatus.FAILED, "States.TaskFailed")
    assert run.cause == "ValueError: 3 rows too many"


def test_one_attempt_told_twice_is_one_message_and_a_redrive_is_another(stage):
    stage.announce()
    stage.wait(days=1)

    assert stage.announce() is None
    assert len(stage.topic.published) == 1
    assert stage.announce(attempt(redrives=1)) is not None
    assert len(stage.topic.published) == 2


def test_a_refused_publish_is_repeated_by_the_next_call_at_once(stage):
    with pytest.raises(CallFailed):
        stage.announce(topic=Failing(stage.topic, CallFailed("throttled")))

    stage.announce()
    assert len(stage.topic.published) == 1


def test_a_notifier_that_dies_before_publishing_is_replaced_when_its_lease_has_ended(stage):
    with pytest.raises(Died):
        stage.announce(topic=Failing(stage.topic, Died()))

    with pytest.raises(AnnouncementHeld):
        stage.announce()
    stage.wait(seconds=LEASE.total_seconds())
    stage.announce()
    assert len(stage.topic.published) == 1


def test_a_notifier_that_dies_after_publishing_may_be_heard_twice_but_never_more(stage):
    with pytest.raises(Died):
        stage.announce(topic=Failing(stage.topic, Died(), after=True))
    stage.wait(seconds=LEASE.total_seconds())

    for _ in range(3):
        stage.announce()
    assert len(stage.topic.published) == 2


def test_failures_of_the_last_week_are_counted_for_this_dataset_only(stage):
    for run_id, dataset, days in (("a", "flights", 1), ("b", "flights", 8), ("c", "planes", 1)):
        ended_at = NOON - timedelta(days=days)
        stage.state.end_run(run_id, dataset, RunStatus.FAILED, ended_at)

    stage.announce()

    assert "failed 2 times in 7 days" in stage.topic.published[0].bodies["email"]


@pytest.mark.parametrize(
    ("status", "error", "severity", "told"),
    [
        ("TIMED_OUT", "States.TIMED_OUT", "error", "took longer"),
        ("ABORTED", "States.ABORTED", "warning", "was stopped"),
    ],
)
def test_what_no_state_could_catch_is_told_as_the_machine(stage, status, error, severity, told):
    event = stage.announce(attempt(status=status, error="", cause=""))

    (message,) = stage.topic.published
    assert (event.stage, event.error) == ("machine", error)
    assert message.attributes["severity"] == severity
    assert told in message.bodies["email"]


def test_a_failure_without_a_readable_history_is_told_all_the_same(stage):
    stage.histories = {}
    event = stage.announce()

    assert (event.stage, event.cause) == ("unknown", "ValueError: 3 rows too many")


def test_a_dataset_without_a_readable_spec_is_told_without_an_owner(stage):
    stage.announce(attempt(dataset="planes"))

    assert "Owner:      unknown" in stage.topic.published[0].bodies["email"]


def test_a_secret_in_a_cause_reaches_neither_people_nor_state(stage):
    cause = json.dumps(
        {"errorType": "E", "errorMessage": "sftp://me:hunter2@host/out?sig=abc refused"}
    )
    stage.histories = {}
    stage.announce(attempt(cause=cause))

    told = repr(stage.topic.published) + repr(stage.state.run("r1"))
    assert "hunter2" not in told
    assert "abc" not in told
    assert "host/out" in told
