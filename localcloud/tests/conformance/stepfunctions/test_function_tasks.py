"""Tasks whose work a function of Lambda does."""

from __future__ import annotations

import json

from .machines import call, one_state

ECHO = "def handler(event, context): return event"
FAIL = "def handler(event, context): raise KeyError('no such flight')"


def invoke(name, payload=None, **state):
    return call("lambda:invoke", {"FunctionName": name, "Payload": payload or {}}, **state)


def test_the_answer_of_a_function_is_the_payload(machines, function):
    output = machines.output(
        invoke(
            function(ECHO),
            {"dataset.$": "$.dataset"},
            ResultSelector={"got.$": "$.Payload"},
        ),
        {"dataset": "flights"},
    )

    assert output == {"got": {"dataset": "flights"}}


def test_a_function_named_as_the_resource_answers_its_payload_alone(aws, machines, function):
    arn = f"arn:aws:lambda:{aws.region}:{aws.account}:function:{function(ECHO)}"

    output = machines.output(one_state(Type="Task", Resource=arn), {"dataset": "flights"})

    assert output == {"dataset": "flights"}


def test_what_a_function_raises_is_the_error_and_its_json_the_cause(machines, function):
    described = machines.run(invoke(function(FAIL)))

    assert described["error"] == "KeyError"
    cause = json.loads(described["cause"])
    assert cause["errorType"] == "KeyError"
    assert "no such flight" in cause["errorMessage"]
    assert cause["stackTrace"]


def test_a_function_that_raises_can_be_retried_and_caught_by_the_name_of_its_error(
    machines, function
):
    definition = invoke(
        function(FAIL),
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
