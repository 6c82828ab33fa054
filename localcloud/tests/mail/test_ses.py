from __future__ import annotations

import email
import uuid
from email.policy import default

import pytest
from botocore.exceptions import ClientError

SENDER = "pipelines@example.com"


@pytest.fixture
def address():
    return f"{uuid.uuid4().hex}@example.com"


@pytest.fixture
def mail_to(cloud, address):
    cloud.client("ses").verify_email_identity(EmailAddress=SENDER)

    def read():
        messages = [
            email.message_from_bytes(file.read_bytes(), policy=default)
            for file in sorted((cloud.home / "mail").glob("*.eml"))
        ]
        return [message for message in messages if address in (message["To"] or "")]

    return read


def test_both_versions_of_send_email_deliver(cloud, mail_to, address):
    text = {"Subject": {"Data": "flights failed"}, "Body": {"Text": {"Data": "Größe"}}}

    cloud.client("ses").send_email(
        Source=SENDER, Destination={"ToAddresses": [address]}, Message=text
    )
    answer = cloud.client("sesv2").send_email(
        FromEmailAddress=SENDER, Destination={"ToAddresses": [address]}, Content={"Simple": text}
    )

    messages = mail_to()
    assert [message["Subject"] for message in messages] == ["flights failed"] * 2
    assert [message.get_content() for message in messages] == ["Größe\n"] * 2
    assert messages[0]["From"] == SENDER
    assert answer["MessageId"] in messages[1]["Message-ID"]


def test_a_raw_message_is_delivered_as_it_was_made(cloud, mail_to, address):
    raw = f"From: {SENDER}\nTo: {address}\nSubject: raw\nX-Run: 7\n\nbody\n"

    cloud.client("ses").send_raw_email(RawMessage={"Data": raw.encode()})

    [message] = mail_to()
    assert message["X-Run"] == "7"
    assert message.get_content() == "body\n"


def test_an_unverified_sender_is_refused(cloud, address):
    with pytest.raises(ClientError) as refused:
        cloud.client("ses").send_email(
            Source="stranger@elsewhere.example",
            Destination={"ToAddresses": [address]},
            Message={"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "x"}}},
        )

    assert refused.value.response["Error"]["Code"] == "MessageRejected"


def test_a_templated_email_is_refused_by_name(cloud, address):
    with pytest.raises(ClientError, match="Templated email is not done here"):
        cloud.client("ses").send_templated_email(
            Source=SENDER,
            Destination={"ToAddresses": [address]},
            Template="absent",
            TemplateData="{}",
        )
