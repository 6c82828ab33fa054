import json

import pytest

from millrace_contracts import StageFailed
from millrace_notify.chat import chat_message


def _failed(**changes):
    fields = {
        "dataset": "flights",
        "run_id": "r1",
        "stage": "Etl",
        "error": "E",
        "cause": "x < y & z",
        "execution_arn": "arn",
        "failed_at": "2024-02-29T12:00:00Z",
        "summary": "The state Etl failed with E.",
        "owner": "network",
        "resume": "millrace redrive r1",
        "links": {"logs": "https://console/logs"},
    }
    return StageFailed(**(fields | changes)).model_dump_json()


def test_a_failure_is_told_to_its_owner_with_cause_command_and_links():
    message = chat_message("[millrace] flights: Etl failed (run r1)", _failed())

    assert message.team == "network"
    assert message.text.splitlines() == [
        "*[millrace] flights: Etl failed (run r1)*",
        "The state Etl failed with E.",
        "Cause: x &lt; y &amp; z",
        "Owner: network",
        "Run: r1",
        "Resume: `millrace redrive r1`",
        "<https://console/logs|logs>",
    ]


def test_an_alarm_is_told_with_its_reason():
    alarm = json.dumps({"AlarmName": "dead-letters", "NewStateReason": "1 datapoint above 0"})

    assert chat_message("ALARM", alarm).text == "*ALARM*\n1 datapoint above 0"


@pytest.mark.parametrize("body", ["password=hunter2", '["password=hunter2"]'])
def test_any_other_text_is_told_without_secrets(body):
    message = chat_message("raw", body)

    assert message.team == ""
    assert "hunter2" not in message.text
    assert "password" in message.text


def test_a_text_is_never_longer_than_chat_takes():
    assert len(chat_message("s", _failed(cause="x" * 9000)).text) == 3000
