from datetime import timedelta

import pytest
from stage import NOON, SPECS, Stage

from millrace_contracts import RunRecovered
from millrace_contracts.state import RunStatus
from millrace_notify.failures import Success
from millrace_notify.recovering import AnnounceRecovery


@pytest.fixture
def stage():
    return Stage()


def _run(stage, run_id, status, *, hour):
    at = NOON + timedelta(hours=hour)
    stage.state.start_run(run_id, "flights", at)
    stage.state.end_run(run_id, "flights", status, at, error="E", cause="c")


def _recover(stage, run_id, redrives=0):
    use_case = AnnounceRecovery(stage.state, SPECS, stage.topic, lambda: stage.now)
    return use_case.announce(Success(run_id, redrives, NOON + timedelta(hours=9)))


def test_the_first_success_after_failures_is_told_once(stage):
    for hour, run_id in enumerate(("r1", "r2")):
        _run(stage, run_id, RunStatus.FAILED, hour=hour)
    _run(stage, "r3", RunStatus.SUCCEEDED, hour=2)

    event = _recover(stage, "r3")

    assert (event.failures, event.failing_since) == (2, NOON)
    assert _recover(stage, "r3") is None
    (message,) = stage.topic.published
    assert message.subject == "[millrace] flights: recovered (run r3)"
    assert message.attributes == {"dataset": "flights", "owner": "network", "severity": "info"}
    assert "flights works again after 2 failures." in message.bodies["email"]
    assert RunRecovered.model_validate_json(message.bodies["sqs"]) == event


def test_a_success_after_a_success_is_not_told(stage):
    _run(stage, "r1", RunStatus.FAILED, hour=0)
    _run(stage, "r2", RunStatus.NOTHING_NEW, hour=1)
    _run(stage, "r3", RunStatus.SUCCEEDED, hour=2)

    assert _recover(stage, "r3") is None
    assert stage.topic.published == []


def test_a_run_that_failed_and_was_redriven_to_success_has_recovered(stage):
    stage.announce()
    stage.state.end_run("r1", "flights", RunStatus.SUCCEEDED, NOON)

    assert _recover(stage, "r1", redrives=1).failures == 1
    assert _recover(stage, "r1", redrives=1) is None


def test_an_execution_that_stepped_aside_is_no_recovery(stage):
    _run(stage, "r1", RunStatus.FAILED, hour=0)
    stage.state.start_run("r2", "flights", NOON + timedelta(hours=1))

    assert _recover(stage, "r2") is None
    assert _recover(stage, "unknown") is None


def test_a_recovery_names_the_failures_that_got_no_message(stage):
    for hour in range(6):
        _run(stage, f"r{hour}", RunStatus.FAILED, hour=hour)
    _run(stage, "r9", RunStatus.SUCCEEDED, hour=7)

    assert _recover(stage, "r9").untold == ("r4", "r5")
    assert "r4, r5 failed too" in stage.topic.published[0].bodies["default"]
