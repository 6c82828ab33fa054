from __future__ import annotations

import json
import uuid

import pytest


@pytest.fixture
def unique():
    return uuid.uuid4().hex[:10]


@pytest.fixture
def queue(aws, unique):
    """A queue that EventBridge and SNS may send to."""
    url, arn = aws.queue(f"queue-{unique}")
    return Queue(aws, url, arn)


@pytest.fixture
def rule(aws, unique):
    """Make a rule on events of a source of its own; answers its name, which is the source."""
    events = aws.client("events")

    def make(*targets, **pattern):
        events.put_rule(Name=unique, EventPattern=json.dumps({"source": [unique], **pattern}))
        aws.afterwards(events.delete_rule, Name=unique)
        named = [{"Id": str(number), **target} for number, target in enumerate(targets)]
        events.put_targets(Rule=unique, Targets=named)
        ids = [target["Id"] for target in named]
        aws.afterwards(events.remove_targets, Rule=unique, Ids=ids)
        return unique

    return make


@pytest.fixture
def put(aws):
    """Send an event; answers its id."""

    def send(source, detail=None, **entry):
        sent = {"Source": source, "DetailType": "Batch Landed", "Detail": json.dumps(detail or {})}
        answer = aws.client("events").put_events(Entries=[{**sent, **entry}])
        assert answer["FailedEntryCount"] == 0
        return answer["Entries"][0]["EventId"]

    return send


class Queue:
    """A queue that a test reads from."""

    def __init__(self, aws, url, arn):
        self._aws, self.url, self.arn = aws, url, arn

    def receive(self):
        [message] = self._aws.until(self._messages)
        self._aws.client("sqs").delete_message(
            QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"]
        )
        return message

    def receive_json(self):
        return json.loads(self.receive()["Body"])

    def is_empty(self):
        return not self._messages()

    def _messages(self):
        return (
            self._aws.client("sqs")
            .receive_message(QueueUrl=self.url, WaitTimeSeconds=1, MessageAttributeNames=["All"])
            .get("Messages", [])
        )
