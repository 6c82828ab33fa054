"""The Amazon States Language as the pipeline uses it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

from .machines import one_state, sequence


def test_a_pass_state_shapes_its_input_with_paths_and_intrinsic_functions(machines):
    output = machines.output(
        one_state(
            Type="Pass",
            InputPath="$.run",
            Parameters={
                "key.$": "States.Format('{}/{}', $.dataset, $.id)",
                "first.$": "States.ArrayGetItem($.files, 0)",
                "merged.$": "States.JsonMerge($.left, $.right, false)",
                "number.$": "States.StringToJson('7')",
                "fixed": [1, {"two": 2}],
            },
            ResultPath="$.made",
            OutputPath="$.made",
        ),
        {
            "run": {
                "dataset": "flights",
                "id": "r1",
                "files": ["a", "b"],
                "left": {"x": 1},
                "right": {"y": 2},
            }
        },
    )

    assert output == {
        "key": "flights/r1",
        "first": "a",
        "merged": {"x": 1, "y": 2},
        "number": 7,
        "fixed": [1, {"two": 2}],
    }


def test_the_context_object_names_the_execution_the_machine_and_the_state(machines):
    machine = machines.create(
        one_state(
            Type="Pass",
            Parameters={
                "id.$": "$$.Execution.Id",
                "name.$": "$$.Execution.Name",
                "started.$": "$$.Execution.StartTime",
                "input.$": "$$.Execution.Input",
                "machine.$": "$$.StateMachine.Name",
                "state.$": "$$.State.Name",
                "entered.$": "$$.State.EnteredTime",
            },
        ),
        name="context-object",
    )
    execution = machines.start(machine, {"dataset": "flights"}, name="run-1")
    described = machines.wait(execution)
    output = json.loads(described["output"])

    assert output["id"] == execution
    assert output["name"] == "run-1"
    assert output["input"] == {"dataset": "flights"}
    assert (output["machine"], output["state"]) == ("context-object", "Only")
    for moment in (output["started"], output["entered"]):
        assert moment.endswith("Z")
        seconds = abs((datetime.fromisoformat(moment) - described["startDate"]).total_seconds())
        assert seconds < 5


def test_a_choice_compares_a_timestamp_with_the_start_of_the_execution(machines):
    definition = sequence(
        {
            "Name": "Compare",
            "Type": "Choice",
            "Choices": [
                {
                    "Variable": "$.crawled",
                    "TimestampGreaterThanEqualsPath": "$$.Execution.StartTime",
                    "Next": "Fresh",
                }
            ],
            "Default": "Stale",
        },
        {"Name": "Fresh", "Type": "Pass", "Result": "fresh", "End": True},
        {"Name": "Stale", "Type": "Pass", "Result": "stale"},
    )
    del definition["States"]["Fresh"]["Next"]

    assert machines.output(definition, {"crawled": "2999-01-01T00:00:00.500Z"}) == "fresh"
    assert machines.output(definition, {"crawled": "2999-01-01T00:00:00+02:00"}) == "fresh"
    assert machines.output(definition, {"crawled": "2001-01-01T00:00:00.123Z"}) == "stale"


def test_a_choice_that_matches_nothing_and_has_no_default_fails_by_that_name(machines):
    definition = sequence(
        {
            "Name": "Compare",
            "Type": "Choice",
            "Choices": [{"Variable": "$.n", "NumericEquals": 1, "Next": "One"}],
        },
        {"Name": "One", "Type": "Succeed"},
    )

    assert machines.run(definition, {"n": 2})["error"] == "States.NoChoiceMatched"


def test_a_parallel_answers_the_outputs_of_its_branches_in_order(machines):
    branches = [one_state(f"Branch{number}", Type="Pass", Result=number) for number in range(3)]

    output = machines.output(
        one_state(Type="Parallel", Branches=branches, ResultPath="$.made"), {"kept": True}
    )

    assert output == {"kept": True, "made": [0, 1, 2]}


def test_a_catch_keeps_the_input_beside_the_error_and_fail_hands_it_on(machines):
    branch = one_state("Break", Type="Fail", Error="Etl.Broken", Cause="no such column")
    definition = sequence(
        {
            "Name": "Work",
            "Type": "Parallel",
            "Branches": [branch],
            "Catch": [
                {"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": "Reported"}
            ],
        },
        {
            "Name": "Reported",
            "Type": "Fail",
            "ErrorPath": "$.failure.Error",
            "CausePath": "States.Format('{}: {}', $.dataset, $.failure.Cause)",
        },
    )
    definition["States"]["Work"].pop("Next")
    definition["States"]["Work"]["End"] = True

    described = machines.run(definition, {"dataset": "flights"})

    assert described["status"] == "FAILED"
    assert described["error"] == "Etl.Broken"
    assert described["cause"] == "flights: no such column"


def test_a_catch_of_all_errors_does_not_take_a_runtime_error(machines):
    definition = sequence(
        {
            "Name": "Work",
            "Type": "Parallel",
            "Branches": [one_state(Type="Pass", Parameters={"x.$": "$.absent"})],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}],
            "End": True,
        },
        {"Name": "Caught", "Type": "Succeed"},
    )
    definition["States"]["Work"].pop("Next", None)

    described = machines.run(definition)

    assert described["status"] == "FAILED"
    assert described["error"] == "States.Runtime"


def test_a_retry_waits_longer_each_time_up_to_its_limit(machines):
    definition = one_state(
        Type="Task",
        Resource="arn:aws:states:::aws-sdk:ssm:getParameter",
        Parameters={"Name": "/absent/for-the-retry"},
        Retry=[
            {
                "ErrorEquals": ["Ssm.ParameterNotFoundException"],
                "IntervalSeconds": 1,
                "BackoffRate": 100,
                "MaxDelaySeconds": 1,
                "MaxAttempts": 2,
                "JitterStrategy": "NONE",
            }
        ],
    )

    described = machines.run(definition)

    assert described["error"] == "Ssm.ParameterNotFoundException"
    types = machines.event_types(described["executionArn"])
    assert types.count("TaskScheduled") == 3
    # A second wait without the limit would take 100 s.
    assert 2 <= (described["stopDate"] - described["startDate"]).total_seconds() < 90


def test_a_state_that_runs_too_long_times_out_and_can_be_caught(machines):
    definition = sequence(
        {
            "Name": "Nested",
            "Type": "Task",
            "Resource": "arn:aws:states:::states:startExecution.sync:2",
            "Parameters": {
                "StateMachineArn": machines.create(one_state(Type="Wait", Seconds=300)),
                "Input": {},
            },
            "TimeoutSeconds": 1,
            "Catch": [{"ErrorEquals": ["States.Timeout"], "ResultPath": "$.e", "Next": "Late"}],
        },
        {"Name": "Late", "Type": "Pass", "Parameters": {"error.$": "$.e.Error"}},
    )

    assert machines.output(definition) == {"error": "States.Timeout"}


def test_a_machine_that_runs_too_long_is_timed_out(machines):
    described = machines.run({**one_state(Type="Wait", Seconds=300), "TimeoutSeconds": 1})

    assert described["status"] == "TIMED_OUT"
    assert described["stopDate"] > described["startDate"]
    assert machines.event_types(described["executionArn"])[-1] == "ExecutionTimedOut"


def test_a_string_output_is_json(machines):
    assert machines.run(one_state(Type="Pass", Result="yes"))["output"] == '"yes"'


def test_a_wait_state_waits_until_a_timestamp_of_its_input(machines):
    definition = one_state(Type="Wait", TimestampPath="$.at")
    until = datetime.now(timezone(timedelta(hours=5))) + timedelta(seconds=2)

    past = machines.run(definition, {"at": "2001-01-01T00:00:00Z"})
    future = machines.run(definition, {"at": until.isoformat(timespec="milliseconds")})

    assert past["status"] == future["status"] == "SUCCEEDED"
    assert future["stopDate"] >= until - timedelta(milliseconds=1)
    assert future["stopDate"] < until + timedelta(seconds=20)


def test_map_runs_every_item_and_a_failing_item_fails_it(machines):
    item = sequence(
        {
            "Name": "Check",
            "Type": "Choice",
            "Choices": [{"Variable": "$.n", "NumericGreaterThan": 2, "Next": "Large"}],
            "Default": "Small",
        },
        {"Name": "Large", "Type": "Fail", "Error": "TooLarge", "Cause": "n > 2"},
        {"Name": "Small", "Type": "Pass", "Parameters": {"double.$": "States.MathAdd($.n, $.n)"}},
    )
    definition = one_state(Type="Map", ItemsPath="$.items", ItemProcessor=item, MaxConcurrency=2)

    assert machines.output(definition, {"items": [{"n": 1}, {"n": 2}]}) == [
        {"double": 2},
        {"double": 4},
    ]
    assert machines.run(definition, {"items": [{"n": 1}, {"n": 3}]})["error"] == "TooLarge"


def test_a_choice_on_a_value_that_is_not_there_fails_unless_it_asks_whether_it_is(machines):
    def choose(rule):
        return sequence(
            {
                "Name": "Compare",
                "Type": "Choice",
                "Choices": [{**rule, "Next": "Yes"}],
                "Default": "No",
            },
            {"Name": "Yes", "Type": "Pass", "Result": "yes", "Next": "Done"},
            {"Name": "No", "Type": "Pass", "Result": "no"},
            {"Name": "Done", "Type": "Succeed"},
        )

    more = {"Variable": "$.more", "BooleanEquals": True}
    present = {"Variable": "$.more", "IsPresent": True}

    failed = machines.run(choose(more))
    assert failed["error"] == "States.Runtime"
    assert "Invalid path '$.more'" in failed["cause"]
    assert machines.output(choose({"And": [present, more]})) == "no"
    assert machines.output(choose({"And": [present, more]}), {"more": True}) == "yes"


def test_a_map_of_many_items_runs_them_one_after_the_other(machines):
    item = one_state("Item", Type="Pass")
    definition = one_state(Type="Map", ItemProcessor=item, MaxConcurrency=1)

    assert machines.output(definition, list(range(1200))) == list(range(1200))
