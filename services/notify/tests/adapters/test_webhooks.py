from __future__ import annotations

import json

import boto3
import pytest
from channel import open_channel
from moto import mock_aws

from millrace_notify.adapters.webhooks import HttpWebhooks, urls_from_secret
from millrace_notify.errors import CallFailed, CallRefused


@pytest.fixture
def channel():
    with open_channel() as opened:
        yield opened


def test_a_team_hears_in_its_own_channel_and_others_in_the_one_for_all(channel):
    urls = {"network": f"{channel.url}/network", "*": f"{channel.url}/all"}
    webhooks = HttpWebhooks(lambda: urls)

    assert webhooks.post("network", "é") is True
    assert webhooks.post("planes", "b") is True

    assert channel.received == [
        ("/network", "application/json", {"text": "é"}),
        ("/all", "application/json", {"text": "b"}),
    ]


def test_without_a_channel_nothing_is_posted():
    assert HttpWebhooks(lambda: {"network": "http://127.0.0.1:1/"}).post("planes", "a") is False


@pytest.mark.parametrize(
    ("status", "error"), [(429, CallFailed), (503, CallFailed), (404, CallRefused)]
)
def test_an_answer_says_whether_to_retry_and_the_error_holds_no_url(channel, status, error):
    channel.status = status

    with pytest.raises(error, match=f"network answered {status}") as caught:
        HttpWebhooks(lambda: {"network": f"{channel.url}/T0/secret"}).post("network", "a")
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_channel_that_cannot_be_reached_is_transient():
    with pytest.raises(CallFailed, match="could not be reached"):
        HttpWebhooks(lambda: {"*": "http://127.0.0.1:1/secret"}).post("", "a")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "nonsense"])
def test_what_is_no_http_url_is_refused(url):
    with pytest.raises(CallRefused, match="no http URL"):
        HttpWebhooks(lambda: {"*": url}).post("", "a")


@pytest.fixture
def secrets(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield boto3.client("secretsmanager", region_name="us-east-1")


def test_urls_are_a_secret_that_holds_them_by_team(secrets):
    secrets.create_secret(Name="hooks", SecretString=json.dumps({"*": "http://x/"}))

    assert urls_from_secret(secrets, "hooks") == {"*": "http://x/"}
    assert urls_from_secret(secrets, "") == {}


@pytest.mark.parametrize("text", ["http://x/", "[1]"])
def test_a_secret_of_another_form_is_refused_without_its_words(secrets, text):
    secrets.create_secret(Name="hooks", SecretString=text)

    with pytest.raises(CallRefused, match="no JSON object of URLs") as caught:
        urls_from_secret(secrets, "hooks")
    assert text not in str(caught.value)
