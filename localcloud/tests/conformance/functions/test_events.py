"""Functions that are given an event and not waited for."""

from __future__ import annotations

import json
import uuid

import pytest

FAIL = """
def handler(event, context):
    raise RuntimeError("always")
"""
ECHO = "def handler(event, context): return event"


@pytest.fixture
def queue(aws):
    """A queue; answers its ARN and what reads its next message."""
    url, arn = aws.queue(f"queue-{uuid.uuid4().hex[:12]}")
    sqs = aws.client("sqs")

    def receive():
        [message] = aws.until(lambda: sqs.receive_message(QueueUrl=url).get("Messages"))
        return json.loads(message["Body"])

    return arn, receive


@pytest.mark.parametrize(
    ("source", "kind", "condition"),
    [(ECHO, "OnSuccess", "Success"), (FAIL, "OnFailure", "RetriesExhausted")],
)
def test_what_became_of_an_event_is_told_to_its_destination(
    aws, function, queue, source, kind, condition
):
    client, name, (arn, receive) = aws.client("lambda"), function(source), queue
    client.put_function_event_invoke_config(
        FunctionName=name,
        MaximumRetryAttempts=0,
        DestinationConfig={kind: {"Destination": arn}},
    )

    answer = client.invoke(FunctionName=name, InvocationType="Event", Payload=b'{"a": 1}')

    record = receive()
    assert answer["StatusCode"] == 202
    assert record["requestContext"]["condition"] == condition
    assert record["requestContext"]["approximateInvokeCount"] == 1
    assert record["requestPayload"] == {"a": 1}


def test_messages_of_a_queue_reach_the_function_that_is_mapped_to_it(aws, function, queue):
    client, sqs, (arn, receive) = aws.client("lambda"), aws.client("sqs"), queue
    name = function(
        "import json, boto3\n"
        "def handler(event, context):\n"
        "    said = [record['body'] for record in event['Records']]\n"
        f"    sqs = boto3.client('sqs', region_name='{aws.region}')\n"
        f"    url = sqs.get_queue_url(QueueName='{arn.split(':')[-1]}')['QueueUrl']\n"
        "    sqs.send_message(QueueUrl=url, MessageBody=json.dumps(said))\n"
    )
    source, source_arn = aws.queue(f"source-{uuid.uuid4().hex[:12]}")
    mapping = client.create_event_source_mapping(EventSourceArn=source_arn, FunctionName=name)
    aws.afterwards(client.delete_event_source_mapping, UUID=mapping["UUID"])

    sqs.send_message(QueueUrl=source, MessageBody="flights")

    assert receive() == ["flights"]
