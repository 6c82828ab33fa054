from __future__ import annotations

import json

import boto3
import pytest
from moto import mock_aws
from queue_contract import QueueContract, drained

from millrace_contracts.dataset import QueueSource
from millrace_ingest.adapters.queue import connect_queue
from millrace_ingest.errors import SourceMissing
from millrace_ingest.secret import NO_SECRET

FIFO = {"FifoQueue": "true"}


class Bench:
    def __init__(self, client, name, attributes):
        self._client = client
        self._name = name
        ending = ".fifo" if name.endswith(".fifo") else ""
        self._dead = client.create_queue(QueueName=f"dead{ending}", Attributes=attributes)
        arn = client.get_queue_attributes(
            QueueUrl=self._dead["QueueUrl"], AttributeNames=["QueueArn"]
        )["Attributes"]["QueueArn"]
        policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 5})
        created = client.create_queue(
            QueueName=name, Attributes=attributes | {"RedrivePolicy": policy}
        )
        self._url = created["QueueUrl"]

    def send(self, message_id, body, *, attribute=None):
        more = {}
        if self._name.endswith(".fifo"):
            more = {"MessageGroupId": message_id, "MessageDeduplicationId": message_id}
        if attribute:
            value = {"DataType": "String", "StringValue": attribute}
            more["MessageAttributes"] = {"order": value}
        self._client.send_message(QueueUrl=self._url, MessageBody=body.decode(), **more)

    def connect(self, **spec):
        declared = {"kind": "queue", "queue": self._name} | spec
        return connect_queue(QueueSource.model_validate(declared), lambda: self._client, NO_SECRET)

    def waiting(self):
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self._client.get_queue_attributes(QueueUrl=self._url, AttributeNames=names)
        return sum(int(found["Attributes"][name]) for name in names)

    def dead(self):
        answer = self._client.receive_message(
            QueueUrl=self._dead["QueueUrl"], MessageAttributeNames=["All"]
        )
        return [
            (found["Body"].encode(), found["MessageAttributes"]["millrace-reason"]["StringValue"])
            for found in answer.get("Messages", ())
        ]


@pytest.fixture
def client(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield boto3.client("sqs", region_name="us-east-1")


class TestStandardQueue(QueueContract):
    @pytest.fixture
    def bench(self, client):
        return Bench(client, "airports", {})

    def test_a_poisoned_message_is_kept_when_there_is_nowhere_to_put_it(self, client):
        client.create_queue(QueueName="plain")
        url = client.get_queue_url(QueueName="plain")["QueueUrl"]
        client.send_message(QueueUrl=url, MessageBody="{broken")
        spec = QueueSource(kind="queue", queue="plain")
        with connect_queue(spec, lambda: client, NO_SECRET) as queue:
            (message,) = drained(queue, 1)
            with pytest.raises(SourceMissing, match="no dead-letter queue"):
                queue.reject(message, "why")
        names = ["ApproximateNumberOfMessagesNotVisible"]
        found = client.get_queue_attributes(QueueUrl=url, AttributeNames=names)
        assert found["Attributes"][names[0]] == "1"


class TestFifoQueue(QueueContract):
    @pytest.fixture
    def bench(self, client):
        return Bench(client, "airports.fifo", FIFO)
