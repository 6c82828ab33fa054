"""Executions on disk: what a restart of the local cloud leaves of them."""

from __future__ import annotations

import json
import pickle
from types import SimpleNamespace

import pytest
from conformance.stepfunctions.machines import one_state, sequence, until

from millrace_localcloud.stepfunctions.execution import Execution
from millrace_localcloud.stepfunctions.express import ExpressExecution
from millrace_localcloud.stepfunctions.journal import ExecutionJournal
from millrace_localcloud.stepfunctions.restart import abort_lost

MACHINE = {
    "stateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:m",
    "stateMachineVersionArn": None,
    "name": "m",
    "definition": json.dumps(
        sequence(
            {"Name": "Set", "Type": "Pass", "Assign": {"seen": 1}},
            {"Name": "A", "Type": "Wait", "Seconds": 300},
        )
    ),
    "roleArn": "arn:aws:iam::123456789012:role/machine",
}


@pytest.fixture
def execution():
    return Execution(
        arn="arn:aws:states:us-east-1:123456789012:execution:m:r1",
        name="r1",
        machine=MACHINE,
        execution_input="{}",
        account_id="123456789012",
        region_name="us-east-1",
        announce=lambda execution: None,
    )


def reloaded(execution):
    return pickle.loads(pickle.dumps(execution))


def test_an_execution_with_threads_can_be_saved_with_its_history_and_progress(execution):
    from millrace_localcloud.stepfunctions.interpreter import engine

    engine.prepare("http://127.0.0.1:1")
    engine.start(execution)
    until(execution.history.events, lambda events: len(events) == 4)

    loaded = reloaded(execution)

    execution.run.stop(None, None)
    assert loaded.run is None
    assert [event["type"] for event in loaded.history.events()] == [
        "ExecutionStarted",
        "PassStateEntered",
        "PassStateExited",
        "WaitStateEntered",
    ]
    assert (loaded.progress.state, loaded.progress.input_json) == ("A", "{}")
    assert loaded.progress.variables == {"outer": {}, "inner": {"seen": 1}}
    loaded.announce = lambda execution: None
    loaded.end(None, "ABORTED", error="E", cause="C")
    assert loaded.history.events()[-1]["executionAbortedEventDetails"] == {
        "error": "E",
        "cause": "C",
    }


def test_an_execution_that_was_running_is_aborted_when_it_is_loaded(execution):
    announced = []
    lost, ended = reloaded(execution), reloaded(execution)
    ended.announce = announced.append
    ended.end(None, "SUCCEEDED", output=1)
    backend = SimpleNamespace(
        executions=lambda: [lost, ended], events=SimpleNamespace(announce=announced.append)
    )
    announced.clear()

    abort_lost(backend)

    assert announced == [lost]
    assert (lost.status, lost.error) == ("ABORTED", "LocalCloud.Stopped")
    assert lost.redrive_status == "REDRIVABLE"
    assert lost.history.events()[-1]["type"] == "ExecutionAborted"
    assert ended.status == "SUCCEEDED"


def test_an_express_execution_is_kept_nowhere(monkeypatch, tmp_path):
    from millrace_localcloud.stepfunctions.interpreter import engine

    journal = ExecutionJournal(tmp_path)
    monkeypatch.setattr(Execution, "journal", journal)
    definition = json.dumps(one_state(Type="Pass"))
    express = ExpressExecution(
        arn="arn:aws:states:us-east-1:123456789012:express:m:r1:1",
        name="r1",
        machine={**MACHINE, "definition": definition},
        execution_input="{}",
        account_id="123456789012",
        region_name="us-east-1",
    )
    engine.prepare("http://127.0.0.1:1")

    engine.start(express)
    express.wait()

    assert express.status == "SUCCEEDED"
    assert list(journal.records()) == []


def test_the_final_status_is_taken_once(execution):
    execution.end(None, "ABORTED", error="E")
    execution.end(None, "SUCCEEDED", output=1)

    assert (execution.status, execution.output) == ("ABORTED", None)


def test_a_late_event_of_an_earlier_attempt_is_dropped(execution):
    context = SimpleNamespace(source_event_id=0, last_published_event_id=0)
    first = execution.history.attempt()
    first.add_event(context, "ExecutionStarted")
    execution.end(None, "ABORTED")
    execution.begin_again()
    second = execution.history.attempt()

    first.add_event(context, "TaskFailed")
    second.add_event(context, "TaskScheduled")

    assert first.closed
    assert [event["type"] for event in execution.history.events()] == [
        "ExecutionStarted",
        "ExecutionAborted",
        "ExecutionRedriven",
        "TaskScheduled",
    ]


def test_nothing_follows_the_last_event_of_an_attempt_that_is_about_to_be_closed(execution):
    context = SimpleNamespace(source_event_id=0, last_published_event_id=0)
    is_over = []
    attempt = execution.history.attempt(lambda: bool(is_over))

    attempt.add_event(context, "ExecutionFailed")  # of a state, which is retried
    attempt.add_event(context, "TaskScheduled")
    is_over.append(True)
    attempt.add_event(context, "ExecutionFailed")
    attempt.add_event(context, "TaskSubmitted")  # of a branch that was at work beside
    execution.end(None, "FAILED", error="E")
    execution.begin_again()
    execution.history.attempt().add_event(context, "TaskScheduled")

    assert [event["type"] for event in execution.history.events()] == [
        "ExecutionFailed",
        "TaskScheduled",
        "ExecutionFailed",
        "ExecutionRedriven",
        "TaskScheduled",
    ]
