from __future__ import annotations

import email
import json
import socket
import subprocess
import sys
import uuid
from contextlib import contextmanager
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from botocore.exceptions import ClientError


@pytest.fixture
def topic(cloud):
    name = f"failures-{uuid.uuid4().hex[:8]}"
    return cloud.client("sns").create_topic(Name=name)["TopicArn"]


@pytest.fixture
def subscribe(cloud, topic):
    def make(protocol="email", **attributes):
        address = f"{uuid.uuid4().hex}@example.com"
        cloud.client("sns").subscribe(
            TopicArn=topic, Protocol=protocol, Endpoint=address, Attributes=attributes
        )
        return address

    return make


@pytest.fixture
def mail_to(cloud):
    def read(address, home=cloud.home):
        messages = [
            email.message_from_bytes(file.read_bytes(), policy=default)
            for file in sorted((home / "mail").glob("*.eml"))
        ]
        return [message for message in messages if message["To"] == address]

    return read


def test_a_published_message_is_emailed_to_the_subscriber(cloud, topic, subscribe, mail_to):
    address = subscribe()

    answer = cloud.client("sns").publish(
        TopicArn=topic, Subject="flights failed", Message="Größe stimmt nicht\nsecond line"
    )

    [message] = mail_to(address)
    assert message["Subject"] == "flights failed"
    assert message.get_content() == "Größe stimmt nicht\nsecond line\n"
    assert message["From"] == "AWS Notifications <no-reply@sns.amazonaws.com>"
    assert message["Date"].datetime.tzinfo is not None
    assert answer["MessageId"] in message["Message-ID"]


def test_each_subscriber_gets_an_email_of_its_own(cloud, topic, subscribe, mail_to):
    addresses = [subscribe(), subscribe()]

    cloud.client("sns").publish(TopicArn=topic, Message="x")

    messages = [message for address in addresses for message in mail_to(address)]
    assert len({message["Message-ID"] for message in messages}) == 2


def test_without_a_subject_sns_writes_its_own(cloud, topic, subscribe, mail_to):
    address = subscribe()

    cloud.client("sns").publish(TopicArn=topic, Message="x")

    assert mail_to(address)[0]["Subject"] == "AWS Notification Message"


def test_each_protocol_gets_its_own_text_of_a_structured_message(cloud, topic, subscribe, mail_to):
    plain, as_json = subscribe("email"), subscribe("email-json")

    cloud.client("sns").publish(
        TopicArn=topic,
        MessageStructure="json",
        Message=json.dumps({"default": "for machines", "email": "for people"}),
    )

    assert mail_to(plain)[0].get_content() == "for people\n"
    document = json.loads(mail_to(as_json)[0].get_content())
    assert document["Message"] == "for machines"
    assert document["Type"] == "Notification"
    assert document["TopicArn"] == topic


def test_a_structured_message_without_a_default_is_refused(cloud, topic, subscribe):
    subscribe()

    with pytest.raises(ClientError) as refused:
        cloud.client("sns").publish(TopicArn=topic, MessageStructure="json", Message="{}")

    assert refused.value.response["Error"]["Code"] == "InvalidParameter"


def test_a_filter_policy_on_attributes_keeps_others_out(cloud, topic, subscribe, mail_to):
    address = subscribe(FilterPolicy=json.dumps({"dataset": ["flights"]}))
    sns = cloud.client("sns")

    for dataset in ("weather", "flights"):
        attribute = {"DataType": "String", "StringValue": dataset}
        sns.publish(TopicArn=topic, Message=dataset, MessageAttributes={"dataset": attribute})

    assert [message.get_content() for message in mail_to(address)] == ["flights\n"]


def test_a_filter_policy_on_the_body_looks_into_the_message(cloud, topic, subscribe, mail_to):
    address = subscribe(
        FilterPolicyScope="MessageBody",
        FilterPolicy=json.dumps({"run": {"dataset": [{"prefix": "fli"}]}}),
    )
    sns = cloud.client("sns")

    for dataset in ("weather", "flights"):
        sns.publish(TopicArn=topic, Message=json.dumps({"run": {"dataset": dataset}}))
    sns.publish(TopicArn=topic, Message="no json")

    assert [json.loads(message.get_content()) for message in mail_to(address)] == [
        {"run": {"dataset": "flights"}}
    ]


def test_an_email_subscription_is_confirmed_at_once(cloud, topic, subscribe):
    subscribe()

    [subscription] = cloud.client("sns").list_subscriptions_by_topic(TopicArn=topic)[
        "Subscriptions"
    ]

    assert subscription["SubscriptionArn"].startswith(topic)


def test_a_subscriber_that_is_gone_fails_no_publisher(cloud, topic, subscribe, mail_to):
    sns = cloud.client("sns")
    arn = "arn:aws:lambda:us-east-1:123456789012:function:gone"
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)
    address = subscribe()

    sns.publish(TopicArn=topic, Message="x")

    assert len(mail_to(address)) == 1


def test_a_function_gets_the_message_with_its_topic_and_attributes(
    functions_cloud, make_function, eventually, tmp_path
):
    file = tmp_path / "notes"
    name = make_function("note", Environment={"Variables": {"NOTES": str(file)}})
    sns = functions_cloud.client("sns")
    topic = sns.create_topic(Name=f"to-{name}")["TopicArn"]
    arn = f"arn:aws:lambda:us-east-1:123456789012:function:{name}"
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)

    attribute = {"DataType": "String", "StringValue": "flights"}
    sns.publish(TopicArn=topic, Message="failed", MessageAttributes={"dataset": attribute})

    assert eventually(lambda: file.exists() and file.read_text())
    text = file.read_text()
    assert f"'TopicArn': '{topic}'" in text
    assert "'Message': 'failed'" in text
    assert "{'dataset': {'Type': 'String', 'Value': 'flights'}}" in text


class Received:
    """What a real SMTP server took in."""

    def __init__(self):
        self.messages = []

    async def handle_DATA(self, server, session, envelope):
        self.messages.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"


@contextmanager
def smtp_server(received, port):
    controller = Controller(received, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


def publish_once(cloud, message):
    sns = cloud.client("sns")
    topic = sns.create_topic(Name="failures")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="owner@example.com")
    sns.publish(TopicArn=topic, Subject="flights failed", Message=message)


def test_email_also_goes_to_the_smtp_server_once_it_answers(start_cloud, tmp_path, eventually):
    received = Received()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with start_cloud(tmp_path / "cloud", smtp=f"127.0.0.1:{port}") as cloud:
        publish_once(cloud, "Größe")
        in_mailbox = len(list((cloud.home / "mail").glob("*.eml")))
        with smtp_server(received, port):
            eventually(lambda: received.messages)

    [(recipients, content)] = received.messages
    message = email.message_from_bytes(content, policy=default)
    assert in_mailbox == 1
    assert recipients == ["owner@example.com"]
    assert message["Subject"] == "flights failed"
    assert message.get_content().strip() == "Größe"


def test_an_smtp_setting_without_a_port_is_refused(tmp_path):
    command = [sys.executable, "-m", "millrace_localcloud", "serve", "--home", str(tmp_path)]

    answer = subprocess.run([*command, "--smtp", "nowhere"], capture_output=True, text=True)

    assert answer.returncode == 2
    assert "--smtp" in answer.stderr
