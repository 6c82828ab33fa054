"""Executions in CloudWatch Logs."""

from __future__ import annotations

import json

import pytest

from .machines import one_state, sequence

FAILS = sequence(
    {"Name": "Before", "Type": "Pass", "Result": "secret"},
    {"Name": "Bad", "Type": "Fail", "Error": "Bad"},
)


@pytest.fixture
def run(machines, role, unique):
    """Run a machine that logs to its end; answers the execution's ARN."""

    def start(definition, logged):
        machine = machines.client.create_state_machine(
            name=unique,
            definition=json.dumps(definition),
            roleArn=role,
            loggingConfiguration=logged.configuration,
        )["stateMachineArn"]
        machines.made.append(machine)
        execution = machines.start(machine)
        machines.wait(execution)
        return execution

    return start


def test_every_event_is_logged_as_the_history_has_it(aws, machines, run, log_group):
    logged = log_group()

    execution = run(one_state(Type="Pass"), logged)

    messages = aws.until(lambda: logged.ended(execution))
    events = machines.events(execution)
    assert [(int(m["id"]), m["type"], int(m["previous_event_id"])) for m in messages] == [
        (event["id"], event["type"], event["previousEventId"]) for event in events
    ]
    assert messages[1]["details"]["input"] == "{}"
    assert {message["redrive_count"] for message in messages} == {"0"}


@pytest.mark.parametrize(
    ("level", "types"),
    [("ERROR", ["FailStateEntered", "ExecutionFailed"]), ("FATAL", ["ExecutionFailed"])],
)
def test_a_level_leaves_out_what_is_less_grave(aws, run, log_group, level, types):
    logged = log_group(level)

    execution = run(FAILS, logged)

    messages = aws.until(lambda: logged.ended(execution))
    assert [message["type"] for message in messages] == types


def test_data_is_left_out_where_it_is_not_wanted(aws, run, log_group):
    logged = log_group(has_data=False)

    execution = run(FAILS, logged)

    assert "secret" not in str(aws.until(lambda: logged.ended(execution)))


def test_a_machine_cannot_log_to_a_group_that_is_not_there(machines, role, unique):
    arn = f"{role.replace(':iam::', ':logs:us-east-1:').split(':role')[0]}:log-group:{unique}:*"
    destinations = [{"cloudWatchLogsLogGroup": {"logGroupArn": arn}}]

    for given in ([], destinations):
        with pytest.raises(machines.client.exceptions.InvalidLoggingConfiguration):
            machines.client.create_state_machine(
                name=unique,
                definition=json.dumps(FAILS),
                roleArn=role,
                loggingConfiguration={"level": "ALL", "destinations": given},
            )
