"""Tasks that execute another machine and wait for it."""

from __future__ import annotations

import json
import uuid

from .machines import call, one_state, sequence, until


def nested(child, pattern, **parameters):
    return call(f"states:startExecution{pattern}", {"StateMachineArn": child, **parameters})


def test_a_nested_execution_answers_its_output_as_json_with_sync_2(machines):
    child = machines.create(one_state(Type="Pass", Parameters={"got.$": "$.n"}))

    output = machines.output(
        nested(child, ".sync:2", **{"Input": {"n.$": "$.n"}, "Name.$": "$.name"}),
        {"n": 7, "name": f"child-{uuid.uuid4().hex}"},
    )

    assert output["Output"] == {"got": 7}
    assert output["Input"] == {"n": 7}
    assert output["Status"] == "SUCCEEDED"
    assert output["Name"].startswith("child-")
    assert isinstance(output["StartDate"], int)


def test_a_nested_execution_answers_its_output_as_a_string_with_sync(machines):
    child = machines.create(one_state(Type="Pass", Result={"got": 1}))

    assert json.loads(machines.output(nested(child, ".sync"))["Output"]) == {"got": 1}


def test_a_nested_execution_that_fails_fails_the_task_with_its_description(machines):
    child = machines.create(one_state(Type="Fail", Error="Child.Broken", Cause="why"))

    described = machines.run(nested(child, ".sync:2"))

    assert described["error"] == "States.TaskFailed"
    cause = json.loads(described["cause"])
    assert (cause["Status"], cause["Error"], cause["Cause"]) == ("FAILED", "Child.Broken", "why")


def test_the_error_of_a_sync_task_is_caught_as_task_failed(machines):
    child = machines.create(one_state(Type="Fail", Error="Child.Broken"))
    definition = sequence(
        {
            "Name": "Nested",
            **nested(child, ".sync:2")["States"]["Call"],
            "Next": "Caught",
            "Catch": [{"ErrorEquals": ["States.TaskFailed"], "Next": "Caught"}],
        },
        {"Name": "Caught", "Type": "Pass", "Result": "caught"},
    )
    del definition["States"]["Nested"]["End"]

    assert machines.output(definition) == "caught"


def test_a_task_that_times_out_ends_the_execution_it_waited_for(machines):
    child = machines.create(one_state(Type="Wait", Seconds=300))
    definition = nested(child, ".sync:2", Name=f"slow-{uuid.uuid4().hex}")
    definition["States"]["Call"]["TimeoutSeconds"] = 1

    described = machines.run(definition)

    assert described["error"] == "States.Timeout"
    (started,) = machines.client.list_executions(stateMachineArn=child)["executions"]
    assert machines.wait(started["executionArn"])["status"] == "ABORTED"


def test_stopping_an_execution_ends_the_one_it_waits_for(machines):
    child = machines.create(one_state(Type="Wait", Seconds=300))
    execution = machines.start(machines.create(nested(child, ".sync:2")))
    started = until(
        lambda: machines.client.list_executions(stateMachineArn=child)["executions"], bool
    )

    machines.client.stop_execution(executionArn=execution, error="Operator", cause="enough")

    described = machines.wait(execution)
    assert (described["status"], described["error"], described["cause"]) == (
        "ABORTED",
        "Operator",
        "enough",
    )
    assert machines.wait(started[0]["executionArn"])["status"] == "ABORTED"
    types = machines.event_types(execution)
    assert types[-1] == "ExecutionAborted"
    assert "TaskSucceeded" not in types


def test_a_machine_that_times_out_ends_the_execution_it_waits_for(machines):
    child = machines.create(one_state(Type="Wait", Seconds=300))

    described = machines.run({**nested(child, ".sync:2"), "TimeoutSeconds": 2})

    assert described["status"] == "TIMED_OUT"
    (started,) = machines.client.list_executions(stateMachineArn=child)["executions"]
    assert machines.wait(started["executionArn"])["status"] == "ABORTED"


def test_a_failing_branch_ends_the_execution_that_another_branch_waits_for(machines):
    child = machines.create(one_state(Type="Wait", Seconds=300))
    quick = sequence(
        {"Name": "Pause", "Type": "Wait", "Seconds": 1},
        {"Name": "Break", "Type": "Fail", "Error": "Broken"},
    )

    described = machines.run(one_state(Type="Parallel", Branches=[nested(child, ".sync:2"), quick]))

    assert described["error"] == "Broken"
    (started,) = machines.client.list_executions(stateMachineArn=child)["executions"]
    assert machines.wait(started["executionArn"])["status"] == "ABORTED"
