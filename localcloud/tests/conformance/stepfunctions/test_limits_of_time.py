"""Heartbeats, time-outs that the input names, and what a branch sees of itself."""

from __future__ import annotations

import json

import pytest

from .machines import call, one_state, sequence, until


@pytest.fixture
def awaited(aws, unique):
    """A task that hands its token to a queue, and what takes the next message from it."""
    queue, _ = aws.queue(unique)
    body = {"token.$": "$$.Task.Token", "state.$": "$$.State.Name"}
    task = call("sqs:sendMessage.waitForTaskToken", {"QueueUrl": queue, "MessageBody": body})[
        "States"
    ]["Call"]
    sqs = aws.client("sqs")

    def take():
        (message,) = until(lambda: sqs.receive_message(QueueUrl=queue).get("Messages"), bool)
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return json.loads(message["Body"])

    return task, take


def caught(task, error):
    definition = sequence(
        {"Name": "Call", **task, "Next": "Caught"}, {"Name": "Caught", "Type": "Pass"}
    )
    state = definition["States"]["Call"]
    del state["End"]
    state["Catch"] = [{"ErrorEquals": [error], "Next": "Caught"}]
    return definition


@pytest.mark.parametrize(
    "heartbeat", [{"HeartbeatSeconds": 1}, {"HeartbeatSecondsPath": "$.patience"}]
)
def test_a_task_whose_worker_is_silent_too_long_times_out(machines, awaited, heartbeat):
    task, _ = awaited

    output = machines.output(caught({**task, **heartbeat}, "States.Timeout"), {"patience": 1})

    assert output["Error"] == "States.Timeout"


def test_a_token_of_a_task_that_timed_out_is_worth_nothing(machines, awaited):
    task, take = awaited

    machines.output(caught({**task, "HeartbeatSeconds": 1}, "States.Timeout"))

    with pytest.raises(machines.client.exceptions.TaskTimedOut):
        machines.client.send_task_heartbeat(taskToken=take()["token"])


def test_the_input_names_how_long_a_task_may_take(machines, awaited):
    task, _ = awaited
    del task["TimeoutSeconds"]

    output = machines.output(
        caught({**task, "TimeoutSecondsPath": "$.limit"}, "States.Timeout"), {"limit": 1}
    )

    assert output["Error"] == "States.Timeout"


def test_an_expression_says_how_long_a_task_may_take(machines, awaited):
    task, _ = awaited
    arguments = {"QueueUrl": task["Parameters"]["QueueUrl"], "MessageBody": "{% 'x' %}"}

    described = machines.run(
        {
            "QueryLanguage": "JSONata",
            **one_state(
                Type="Task",
                Resource=task["Resource"],
                Arguments=arguments,
                TimeoutSeconds="{% $states.input.limit %}",
            ),
        },
        {"limit": 1},
    )

    assert (described["status"], described["error"]) == ("FAILED", "States.Timeout")


def test_a_retried_task_sees_its_own_name_while_another_branch_goes_on(machines, awaited):
    task, take = awaited
    retried = {
        **task,
        "Retry": [{"ErrorEquals": ["Again"], "IntervalSeconds": 1, "MaxAttempts": 1}],
    }
    branches = [
        {"StartAt": "Retried", "States": {"Retried": retried}},
        sequence({"Name": "One", "Type": "Pass"}, {"Name": "Two", "Type": "Pass"}),
    ]
    execution = machines.start(machines.create(one_state(Type="Parallel", Branches=branches)))
    first = take()
    until(
        lambda: [
            event["stateExitedEventDetails"]["name"]
            for event in machines.events(execution)
            if event["type"] == "PassStateExited"
        ],
        lambda names: names == ["One", "Two"],
    )

    machines.client.send_task_failure(taskToken=first["token"], error="Again")
    second = take()
    machines.client.send_task_success(taskToken=second["token"], output="1")

    assert machines.wait(execution)["status"] == "SUCCEEDED"
    assert (first["state"], second["state"]) == ("Retried", "Retried")
    assert first["token"] != second["token"]


def test_a_failing_branch_does_not_wait_for_a_slow_one(machines):
    slow = one_state("Slow", Type="Wait", Seconds=300)
    broken = one_state("Broken", Type="Fail", Error="Broken")

    described = machines.run(one_state(Type="Parallel", Branches=[slow, broken]))

    assert described["error"] == "Broken"
    assert (described["stopDate"] - described["startDate"]).total_seconds() < 60
