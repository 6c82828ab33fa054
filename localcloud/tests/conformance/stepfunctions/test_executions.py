"""The API around executions: names, listing, history, stopping, definitions, events."""

from __future__ import annotations

import json
import uuid

import pytest

from .machines import one_state


def test_executions_without_a_name_get_names_of_their_own(machines, passing):
    first, second = machines.start(passing), machines.start(passing)

    assert first != second
    uuid.UUID(machines.wait(first)["name"])


def test_starting_again_with_the_same_name_and_input_finds_the_running_execution(machines, waiting):
    first = machines.start(waiting, {"n": 1}, name="same")

    assert machines.start(waiting, {"n": 1}, name="same") == first
    with pytest.raises(machines.client.exceptions.ExecutionAlreadyExists):
        machines.start(waiting, {"n": 2}, name="same")


def test_a_name_cannot_be_used_again_after_its_execution_ended(machines, passing):
    machines.wait(machines.start(passing, {"n": 1}, name="once"))

    with pytest.raises(machines.client.exceptions.ExecutionAlreadyExists):
        machines.start(passing, {"n": 1}, name="once")


def test_an_input_that_is_not_json_and_a_name_with_a_space_are_refused(machines, passing):
    with pytest.raises(machines.client.exceptions.InvalidExecutionInput):
        machines.client.start_execution(stateMachineArn=passing, input="{")
    with pytest.raises(machines.client.exceptions.InvalidName):
        machines.client.start_execution(stateMachineArn=passing, name="a b")


def test_executions_are_listed_newest_first_by_status_and_page(machines):
    machine = machines.create(one_state(Type="Pass"))
    started = [machines.start(machine) for _ in range(3)]
    for execution in started:
        machines.wait(execution)

    pages = machines.client.get_paginator("list_executions").paginate(
        stateMachineArn=machine, statusFilter="SUCCEEDED", PaginationConfig={"PageSize": 2}
    )
    listed = [execution for page in pages for execution in page["executions"]]

    assert [one["executionArn"] for one in listed] == started[::-1]
    assert all(one["stopDate"] >= one["startDate"] for one in listed)
    running = machines.client.list_executions(stateMachineArn=machine, statusFilter="RUNNING")
    assert running["executions"] == []


def test_history_comes_in_pages_forwards_and_backwards_with_and_without_data(machines, passing):
    execution = machines.start(passing, {"n": 1})
    machines.wait(execution)
    pages = machines.client.get_paginator("get_execution_history").paginate(
        executionArn=execution, PaginationConfig={"PageSize": 1}
    )

    types = [event["type"] for page in pages for event in page["events"]]

    assert types == [
        "ExecutionStarted",
        "PassStateEntered",
        "PassStateExited",
        "ExecutionSucceeded",
    ]
    backwards = machines.client.get_execution_history(executionArn=execution, reverseOrder=True)
    assert [event["type"] for event in backwards["events"]] == types[::-1]
    assert [event["id"] for event in backwards["events"]] == [4, 3, 2, 1]
    assert json.loads(backwards["events"][0]["executionSucceededEventDetails"]["output"]) == {
        "n": 1
    }
    bare = machines.client.get_execution_history(executionArn=execution, includeExecutionData=False)
    assert "input" not in bare["events"][1]["stateEnteredEventDetails"]


def test_stopping_takes_effect_at_once_with_error_cause_and_date(machines, waiting):
    execution = machines.start(waiting)

    stopped = machines.client.stop_execution(executionArn=execution, error="E", cause="C")

    described = machines.client.describe_execution(executionArn=execution)
    assert described["status"] == "ABORTED"
    assert (described["error"], described["cause"]) == ("E", "C")
    assert described["stopDate"] == stopped["stopDate"]
    last = machines.events(execution)[-1]
    assert last["type"] == "ExecutionAborted"
    assert last["executionAbortedEventDetails"] == {"error": "E", "cause": "C"}


def test_an_execution_keeps_the_definition_it_started_with(machines):
    machine = machines.create(one_state("First", Type="Pass"))
    execution = machines.start(machine)
    machines.wait(execution)

    machines.client.update_state_machine(
        stateMachineArn=machine, definition=json.dumps(one_state("Second", Type="Pass"))
    )

    kept = machines.client.describe_state_machine_for_execution(executionArn=execution)
    assert json.loads(kept["definition"])["StartAt"] == "First"
    assert kept["stateMachineArn"] == machine
    later = machines.start(machine)
    machines.wait(later)
    assert machines.events(later)[1]["stateEnteredEventDetails"]["name"] == "Second"
