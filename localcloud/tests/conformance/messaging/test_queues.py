"""Queues of SQS."""

from __future__ import annotations

import json
import uuid

import pytest


@pytest.fixture
def sqs(aws):
    return aws.client("sqs")


@pytest.fixture
def make_queue(aws, sqs):
    def make(suffix="", **attributes):
        url = sqs.create_queue(QueueName=f"{uuid.uuid4().hex}{suffix}", Attributes=attributes)
        aws.afterwards(sqs.delete_queue, QueueUrl=url["QueueUrl"])
        return url["QueueUrl"]

    return make


def receive(sqs, url, **asked):
    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, **asked)
    return found.get("Messages", [])


def test_a_received_message_is_hidden_until_its_time_is_over_or_it_is_deleted(aws, sqs, make_queue):
    url = make_queue(VisibilityTimeout="600")
    sent = sqs.send_message(QueueUrl=url, MessageBody="a")["MessageId"]
    [first] = aws.until(lambda: receive(sqs, url))

    hidden = receive(sqs, url)
    sqs.change_message_visibility(
        QueueUrl=url, ReceiptHandle=first["ReceiptHandle"], VisibilityTimeout=0
    )
    [again] = aws.until(lambda: receive(sqs, url, AttributeNames=["ApproximateReceiveCount"]))
    sqs.delete_message(QueueUrl=url, ReceiptHandle=again["ReceiptHandle"])

    assert hidden == []
    assert first["MessageId"] == again["MessageId"] == sent
    assert again["Attributes"]["ApproximateReceiveCount"] == "2"
    assert receive(sqs, url) == []


def test_a_message_received_too_often_goes_to_the_dead_letters(aws, sqs, make_queue):
    letters = make_queue()
    arn = sqs.get_queue_attributes(QueueUrl=letters, AttributeNames=["QueueArn"])["Attributes"]
    policy = {"deadLetterTargetArn": arn["QueueArn"], "maxReceiveCount": 1}
    url = make_queue(VisibilityTimeout="0", RedrivePolicy=json.dumps(policy))
    sqs.send_message(QueueUrl=url, MessageBody="poison")

    def letter():
        receive(sqs, url)
        return receive(sqs, letters)

    [found] = aws.until(letter)

    assert found["Body"] == "poison"


def test_a_fifo_queue_keeps_the_order_of_a_group_and_drops_duplicates(aws, sqs, make_queue):
    fifo = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    url = make_queue(".fifo", VisibilityTimeout="600", **fifo)
    for body in ("1", "2", "2", "3"):
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId="flights")
    bodies = []

    def next_ones():
        for message in receive(sqs, url):
            bodies.append(message["Body"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return len(bodies) >= 3

    aws.until(next_ones)

    assert bodies == ["1", "2", "3"]
    assert receive(sqs, url) == []
