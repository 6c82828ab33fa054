"""RedriveExecution: an execution goes on where it failed."""

from __future__ import annotations

import uuid

import pytest

from .machines import one_state, sequence


@pytest.fixture
def parameter():
    return f"/redrive/{uuid.uuid4().hex}"


def read(parameter, name="Read"):
    return {
        "Name": name,
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:ssm:getParameter",
        "Parameters": {"Name": parameter},
        "ResultSelector": {"value.$": "$.Parameter.Value"},
    }


def put(aws, parameter):
    aws.parameter(parameter, "there")


def entered(machines, execution):
    return [
        event["stateEnteredEventDetails"]["name"]
        for event in machines.events(execution)
        if "stateEnteredEventDetails" in event
    ]


def test_a_failed_task_runs_again_with_the_same_input_and_variables(machines, aws, parameter):
    definition = sequence(
        {"Name": "Before", "Type": "Pass", "Assign": {"run.$": "$.run"}},
        {**read(parameter), "ResultPath": "$.read"},
        {
            "Name": "After",
            "Type": "Pass",
            "Parameters": {"run.$": "$run", "given.$": "$.run", "read.$": "$.read.value"},
        },
    )
    execution = machines.start(machines.create(definition), {"run": "r1"})
    assert machines.wait(execution)["redriveStatus"] == "REDRIVABLE"
    put(aws, parameter)

    machines.client.redrive_execution(executionArn=execution)

    described = machines.wait(execution)
    assert described["status"] == "SUCCEEDED"
    assert described["output"] == '{"run":"r1","given":"r1","read":"there"}'
    assert (described["redriveCount"], described["redriveStatus"]) == (1, "NOT_REDRIVABLE")
    assert entered(machines, execution) == ["Before", "Read", "Read", "After"]
    assert "ExecutionRedriven" in machines.event_types(execution)


def test_only_the_branch_that_failed_runs_again(machines, aws, parameter):
    branches = [
        one_state("Sound", Type="Pass", Result="kept"),
        sequence(
            {"Name": "Pause", "Type": "Wait", "Seconds": 1},
            {"Name": "Prepared", "Type": "Pass", "Assign": {"seen": "before"}},
            read(parameter),
            {"Name": "Told", "Type": "Pass", "Parameters": {"seen.$": "$seen", "v.$": "$.value"}},
        ),
    ]
    definition = one_state("Both", Type="Parallel", Branches=branches)
    execution = machines.start(machines.create(definition))
    machines.wait(execution)
    put(aws, parameter)

    machines.client.redrive_execution(executionArn=execution)

    described = machines.wait(execution)
    assert described["output"] == '["kept",{"seen":"before","v":"there"}]'
    assert sorted(entered(machines, execution)) == sorted(
        ["Both", "Sound", "Pause", "Prepared", "Read", "Both", "Read", "Told"]
    )


def test_an_execution_can_be_redriven_again_after_it_failed_again(machines, aws, parameter):
    execution = machines.start(machines.create(sequence(read(parameter))))
    machines.wait(execution)
    machines.client.redrive_execution(executionArn=execution)
    assert machines.wait(execution)["status"] == "FAILED"
    put(aws, parameter)

    machines.client.redrive_execution(executionArn=execution)

    described = machines.wait(execution)
    assert (described["status"], described["redriveCount"]) == ("SUCCEEDED", 2)


def test_a_stopped_and_a_timed_out_execution_can_be_redriven(machines):
    machine = machines.create({**one_state(Type="Wait", Seconds=2), "TimeoutSeconds": 1})
    timed_out = machines.start(machine)
    assert machines.wait(timed_out)["status"] == "TIMED_OUT"

    machines.client.redrive_execution(executionArn=timed_out)

    assert machines.wait(timed_out)["status"] == "TIMED_OUT"
    assert machines.event_types(timed_out).count("ExecutionTimedOut") == 2


def test_an_execution_that_succeeded_cannot_be_redriven(machines):
    execution = machines.start(machines.create(one_state(Type="Pass")))
    machines.wait(execution)

    with pytest.raises(machines.client.exceptions.ExecutionNotRedrivable):
        machines.client.redrive_execution(executionArn=execution)
