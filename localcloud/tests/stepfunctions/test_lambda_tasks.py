"""Tasks whose work a real function does."""

from __future__ import annotations

import json

import pytest
from conformance.stepfunctions.machines import Machines, one_state


@pytest.fixture(scope="session")
def machines(functions_cloud):
    return Machines(functions_cloud.client("stepfunctions"))


def invoke(name, payload=None, **state):
    return one_state(
        "Invoke",
        Type="Task",
        Resource="arn:aws:states:::lambda:invoke",
        Parameters={"FunctionName": name, "Payload": payload or {}},
        TimeoutSeconds=60,
        **state,
    )


def test_the_answer_of_a_function_is_the_payload(machines, make_function):
    name = make_function("echo")

    output = machines.output(
        invoke(name, {"dataset.$": "$.dataset"}, ResultSelector={"got.$": "$.Payload"}),
        {"dataset": "flights"},
    )

    assert output == {"got": {"dataset": "flights"}}


def test_a_function_named_as_the_resource_answers_its_payload_alone(machines, make_function):
    name = make_function("echo")
    arn = f"arn:aws:lambda:us-east-1:123456789012:function:{name}"

    output = machines.output(one_state(Type="Task", Resource=arn), {"dataset": "flights"})

    assert output == {"dataset": "flights"}


def test_what_a_function_raises_is_the_error_and_its_json_the_cause(machines, make_function):
    described = machines.run(invoke(make_function("fail")))

    assert described["error"] == "KeyError"
    cause = json.loads(described["cause"])
    assert cause["errorType"] == "KeyError"
    assert "no such flight" in cause["errorMessage"]
    assert cause["stackTrace"]


def test_a_function_that_raises_can_be_retried_and_caught_by_the_name_of_its_error(
    machines, make_function
):
    definition = invoke(
        make_function("fail"),
        Retry=[{"ErrorEquals": ["KeyError"], "IntervalSeconds": 1, "MaxAttempts": 1}],
        Catch=[{"ErrorEquals": ["KeyError"], "ResultPath": "$.failure", "Next": "Caught"}],
    )
    definition["States"]["Caught"] = {
        "Type": "Pass",
        "Parameters": {"error.$": "$.failure.Error"},
        "End": True,
    }
    execution = machines.start(machines.create(definition))

    assert machines.wait(execution)["output"] == '{"error":"KeyError"}'
    assert machines.event_types(execution).count("TaskFailed") == 2


def test_an_absent_function_is_lambdas_own_error(machines):
    described = machines.run(invoke("absent"))

    assert described["error"] == "Lambda.ResourceNotFoundException"


def test_a_task_that_times_out_does_not_wait_for_its_function(machines, make_function, tmp_path):
    definition = invoke(make_function("dawdle"), {"file": str(tmp_path / "began"), "seconds": 20})
    definition["States"]["Invoke"]["TimeoutSeconds"] = 2

    described = machines.run(definition)

    assert described["error"] == "States.Timeout"
    assert (described["stopDate"] - described["startDate"]).total_seconds() < 15
