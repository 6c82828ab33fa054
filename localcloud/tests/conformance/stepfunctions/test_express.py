"""Machines of type EXPRESS."""

from __future__ import annotations

import json

import pytest

from .machines import call, one_state, sequence


@pytest.fixture
def made(aws, role, unique):
    """Make a machine of type EXPRESS; answers its ARN."""
    client = aws.client("stepfunctions")

    def make(definition, **settings):
        machine = client.create_state_machine(
            name=unique, definition=json.dumps(definition), roleArn=role, type="EXPRESS", **settings
        )["stateMachineArn"]
        aws.afterwards(client.delete_state_machine, stateMachineArn=machine)
        return machine

    return make


@pytest.fixture
def express(aws, made):
    """Make a machine and execute it to its end; answers StartSyncExecution's answer."""
    client = aws.client("stepfunctions", **aws.settings)

    def run(definition, given=None, **asked):
        machine = made(definition)
        return client.start_sync_execution(
            stateMachineArn=machine, input=json.dumps(given or {}), **asked
        )

    return run


def test_an_execution_is_answered_with_its_output(express, unique):
    definition = sequence(
        {"Name": "Pause", "Type": "Wait", "Seconds": 1},
        {"Name": "Double", "Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, $.n)"}},
    )

    answer = express(definition, {"n": 21}, name="twice")

    assert (answer["status"], json.loads(answer["output"])) == ("SUCCEEDED", {"n": 42})
    assert json.loads(answer["input"]) == {"n": 21}
    assert f":express:{unique}:twice:" in answer["executionArn"]
    assert (answer["stopDate"] - answer["startDate"]).total_seconds() >= 1
    assert answer["billingDetails"]["billedDurationInMilliseconds"] >= 1000


def test_an_execution_that_fails_is_answered_with_its_error_and_cause(express):
    answer = express(one_state(Type="Fail", Error="Broken", Cause="why"))

    assert (answer["status"], answer["error"], answer["cause"]) == ("FAILED", "Broken", "why")
    assert "output" not in answer


def test_an_execution_that_takes_too_long_is_answered_as_timed_out(express):
    answer = express({**one_state(Type="Wait", Seconds=60), "TimeoutSeconds": 1})

    assert answer["status"] == "TIMED_OUT"


def test_a_standard_machine_is_not_executed_synchronously(aws, passing):
    client = aws.client("stepfunctions", **aws.settings)

    with pytest.raises(client.exceptions.StateMachineTypeNotSupported):
        client.start_sync_execution(stateMachineArn=passing)


@pytest.mark.parametrize(
    "definition",
    [
        call("glue:startJobRun.sync", {"JobName": "etl"}),
        call("sqs:sendMessage.waitForTaskToken", {"QueueUrl": "q", "MessageBody": "b"}),
    ],
)
def test_an_express_machine_waits_for_no_job_and_no_token(aws, express, definition):
    with pytest.raises(aws.client("stepfunctions").exceptions.InvalidDefinition, match="xpress"):
        express(definition)


def test_an_execution_that_nobody_waits_for_is_seen_in_its_log_alone(aws, made, log_group):
    states, logged = aws.client("stepfunctions"), log_group()
    definition = one_state(Type="Pass", Parameters={"n.$": "States.MathAdd($.n, $.n)"})
    machine = made(definition, loggingConfiguration=logged.configuration)

    execution = states.start_execution(stateMachineArn=machine, name="twice", input='{"n": 21}')[
        "executionArn"
    ]

    assert ":express:" in execution and ":twice:" in execution
    messages = aws.until(lambda: logged.ended(execution))
    assert [message["type"] for message in messages] == [
        "ExecutionStarted",
        "PassStateEntered",
        "PassStateExited",
        "ExecutionSucceeded",
    ]
    assert json.loads(messages[-1]["details"]["output"]) == {"n": 42}
    for ask in (
        states.describe_execution,
        states.get_execution_history,
        states.stop_execution,
        states.redrive_execution,
        states.describe_state_machine_for_execution,
    ):
        with pytest.raises(states.exceptions.InvalidArn, match="express"):
            ask(executionArn=execution)
    with pytest.raises(states.exceptions.StateMachineTypeNotSupported):
        states.list_executions(stateMachineArn=machine)


def test_executions_may_have_one_name(aws, made):
    states, machine = aws.client("stepfunctions"), made(one_state(Type="Pass"))

    started = {
        states.start_execution(stateMachineArn=machine, name="same", input=given)["executionArn"]
        for given in ("{}", "{}", '{"n": 1}')
    }

    assert len(started) == 3
