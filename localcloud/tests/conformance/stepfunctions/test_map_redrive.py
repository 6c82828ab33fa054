"""RedriveExecution of Maps: only what had failed inside runs again."""

from __future__ import annotations

import uuid

import pytest

from .machines import one_state, sequence, until


@pytest.fixture
def parameter():
    return f"/redrive/{uuid.uuid4().hex}"


def reading(parameter, **machine):
    """Items ``{"n": 3}`` need the parameter; others only pass."""
    return sequence(
        {
            "Name": "Check",
            "Type": "Choice",
            "Choices": [{"Variable": "$.n", "NumericEquals": 3, "Next": "Keep"}],
            "Default": "Plain",
        },
        {"Name": "Keep", "Type": "Pass", "Assign": {"kept.$": "$.n"}, "Next": "Read"},
        {
            "Name": "Read",
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:ssm:getParameter",
            "Parameters": {"Name": parameter},
            "ResultSelector": {"read.$": "$.Parameter.Value"},
            "Next": "Told",
        },
        {
            "Name": "Told",
            "Type": "Pass",
            "Parameters": {"read.$": "$.read", "kept.$": "$kept"},
            "Next": "Done",
        },
        {"Name": "Done", "Type": "Succeed"},
        {"Name": "Plain", "Type": "Pass", "End": True},
        **machine,
    )


def over(processor, **state):
    return one_state("Each", Type="Map", ItemProcessor=processor, **state)


def started_items(machines, execution):
    return [
        event["mapIterationStartedEventDetails"]["index"]
        for event in machines.events(execution)
        if event["type"] == "MapIterationStarted"
    ]


def test_only_the_items_of_an_inline_map_that_failed_run_again(machines, aws, parameter):
    definition = over(reading(parameter), ItemsPath="$.items", MaxConcurrency=1)
    items = [{"n": 1}, {"n": 2}, {"n": 3}, {"n": 4}]
    execution = machines.start(machines.create(definition), {"items": items})
    assert machines.wait(execution)["status"] == "FAILED"
    assert started_items(machines, execution) == [0, 1, 2]
    aws.parameter(parameter, "there")

    machines.client.redrive_execution(executionArn=execution)

    described = machines.wait(execution)
    assert described["output"] == '[{"n":1},{"n":2},{"read":"there","kept":3},{"n":4}]'
    assert started_items(machines, execution) == [0, 1, 2, 2, 3]
    entered = [
        event["stateEnteredEventDetails"]["name"]
        for event in machines.events(execution)
        if "stateEnteredEventDetails" in event
    ]
    assert entered.count("Keep") == 1, "the item goes on where it failed"


def test_a_map_in_a_branch_of_a_parallel_is_redriven_by_items_too(machines, aws, parameter):
    inner = over(reading(parameter), MaxConcurrency=1)
    definition = one_state(
        "Both", Type="Parallel", InputPath="$.items", Branches=[inner, one_state(Type="Pass")]
    )
    execution = machines.start(machines.create(definition), {"items": [{"n": 1}, {"n": 3}]})
    machines.wait(execution)
    aws.parameter(parameter, "there")

    machines.client.redrive_execution(executionArn=execution)

    assert machines.wait(execution)["status"] == "SUCCEEDED"
    assert started_items(machines, execution) == [0, 1, 1]


def test_the_other_items_of_a_map_that_failed_are_stopped(machines):
    either = sequence(
        {
            "Name": "Check",
            "Type": "Choice",
            "Choices": [{"Variable": "$", "NumericEquals": 1, "Next": "Bad"}],
            "Default": "Long",
        },
        {"Name": "Bad", "Type": "Fail", "Error": "Bad"},
        {"Name": "Long", "Type": "Wait", "Seconds": 300},
    )
    definition = sequence(
        {
            "Name": "Each",
            "Type": "Map",
            "ItemProcessor": either,
            "ItemsPath": "$.items",
            "Catch": [{"ErrorEquals": ["Bad"], "Next": "After"}],
        },
        {"Name": "After", "Type": "Wait", "Seconds": 300},
    )
    execution = machines.start(machines.create(definition), {"items": [2, 1]})

    until(lambda: machines.event_types(execution), lambda types: "MapIterationAborted" in types)


def distributed(parameter, kind, **state):
    config = {"Mode": "DISTRIBUTED", "ExecutionType": kind}
    processor = reading(parameter, ProcessorConfig=config)
    return over(processor, ItemsPath="$.items", Label="Items", **state)


@pytest.mark.parametrize("kind", ["STANDARD", "EXPRESS"])
def test_only_the_child_executions_that_failed_run_again(machines, aws, parameter, kind):
    machine = machines.create(distributed(parameter, kind))
    execution = machines.start(machine, {"items": [{"n": 1}, {"n": 3}, {"n": 4}]})
    assert machines.wait(execution)["error"] == "States.ExceedToleratedFailureThreshold"
    (failed,) = machines.client.list_map_runs(executionArn=execution)["mapRuns"]
    aws.parameter(parameter, "there")

    machines.client.redrive_execution(executionArn=execution)

    described = machines.wait(execution)
    assert described["output"] == '[{"n":1},{"read":"there","kept":3},{"n":4}]'
    (run,) = machines.client.list_map_runs(executionArn=execution)["mapRuns"]
    assert run["mapRunArn"] == failed["mapRunArn"]
    told = machines.client.describe_map_run(mapRunArn=run["mapRunArn"])
    assert (told["status"], told["redriveCount"]) == ("SUCCEEDED", 1)
    assert told["itemCounts"]["total"] == told["itemCounts"]["succeeded"] == 3
    assert (told["executionCounts"]["succeeded"], told["executionCounts"]["running"]) == (3, 0)
    types = machines.event_types(execution)
    assert (types.count("MapRunStarted"), types.count("MapRunRedriven")) == (1, 1)


def test_a_retry_of_a_map_runs_all_of_its_items_again(machines, parameter):
    definition = over(
        reading(parameter),
        ItemsPath="$.items",
        MaxConcurrency=1,
        Retry=[{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1, "IntervalSeconds": 1}],
    )

    described = machines.run(definition, {"items": [{"n": 1}, {"n": 3}]})

    assert described["status"] == "FAILED"
    assert started_items(machines, described["executionArn"]) == [0, 1, 0, 1]
