"""Changes of status on the event bus."""

from __future__ import annotations

import json

import pytest

from .machines import one_state, until


@pytest.fixture
def status_events(aws, unique):
    """Details of the events of one machine, read from a queue that a rule fills."""
    sqs, events = aws.client("sqs"), aws.client("events")
    queue, arn = aws.queue(unique)
    events.put_rule(
        Name=unique,
        EventPattern=json.dumps(
            {
                "source": ["aws.states"],
                "detail-type": ["Step Functions Execution Status Change"],
                "detail": {"name": [{"prefix": unique}]},
            }
        ),
    )
    aws.afterwards(events.delete_rule, Name=unique)
    aws.afterwards(events.remove_targets, Rule=unique, Ids=["queue"])
    events.put_targets(Rule=unique, Targets=[{"Id": "queue", "Arn": arn}])
    found = []

    def read():
        for message in sqs.receive_message(QueueUrl=queue).get("Messages", []):
            found.append(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return found

    return read


def test_each_change_of_status_is_an_event_on_the_default_bus(machines, status_events, unique):
    machine = machines.create(one_state(Type="Fail", Error="Broken", Cause="why"))
    execution = machines.start(machine, {"n": 1}, name=f"{unique}-1")

    events = until(status_events, lambda found: len(found) == 2)

    assert {event["source"] for event in events} == {"aws.states"}
    assert [event["resources"] for event in events] == [[execution]] * 2
    details = {event["detail"]["status"]: event["detail"] for event in events}
    running, failed = details["RUNNING"], details["FAILED"]
    assert running["executionArn"] == failed["executionArn"] == execution
    assert running["stateMachineArn"] == machine
    assert json.loads(running["input"]) == {"n": 1}
    assert running["stopDate"] is None
    assert (failed["error"], failed["cause"]) == ("Broken", "why")
    assert failed["stopDate"] >= failed["startDate"] > 1_600_000_000_000


def test_the_event_of_a_success_has_its_output(machines, status_events, passing, unique):
    machines.start(passing, {"n": 1}, name=f"{unique}-2")

    events = until(status_events, lambda found: len(found) == 2)

    details = {event["detail"]["status"]: event["detail"] for event in events}
    assert json.loads(details["SUCCEEDED"]["output"]) == {"n": 1}
