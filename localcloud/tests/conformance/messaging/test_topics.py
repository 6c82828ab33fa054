"""Topics of SNS with queues as subscribers."""

from __future__ import annotations

import json
import uuid

import pytest


@pytest.fixture
def sns(aws):
    return aws.client("sns")


@pytest.fixture
def topic(aws, sns):
    arn = sns.create_topic(Name=uuid.uuid4().hex)["TopicArn"]
    aws.afterwards(sns.delete_topic, TopicArn=arn)
    return arn


@pytest.fixture
def subscribed(aws, sns, topic):
    """Subscribe a queue; answers what reads its next message."""

    def subscribe(**attributes):
        url, arn = aws.queue(uuid.uuid4().hex)
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=attributes)

        def receive():
            found = aws.client("sqs").receive_message(QueueUrl=url).get("Messages")
            return found and found[0]["Body"]

        return lambda: aws.until(receive)

    return subscribe


def test_each_subscriber_gets_the_message_in_an_envelope_or_raw(sns, topic, subscribed):
    enveloped, raw = subscribed(), subscribed(RawMessageDelivery="true")

    sent = sns.publish(TopicArn=topic, Subject="Landed", Message="3 rows")["MessageId"]

    envelope = json.loads(enveloped())
    assert envelope["Type"] == "Notification"
    assert (envelope["MessageId"], envelope["TopicArn"]) == (sent, topic)
    assert (envelope["Subject"], envelope["Message"]) == ("Landed", "3 rows")
    assert raw() == "3 rows"


def test_a_filter_policy_lets_only_matching_messages_through(sns, topic, subscribed):
    policy = json.dumps({"dataset": ["flights"]})
    receive = subscribed(RawMessageDelivery="true", FilterPolicy=policy)

    for dataset in ("weather", "flights"):
        attribute = {"DataType": "String", "StringValue": dataset}
        sns.publish(TopicArn=topic, Message=dataset, MessageAttributes={"dataset": attribute})

    assert receive() == "flights"
