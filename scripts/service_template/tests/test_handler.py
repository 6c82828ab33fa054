from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
from moto import mock_aws
from specs_contract import FLIGHTS

from millrace_{name} import handler as edge
from millrace_{name}.errors import CallFailed, DatasetUnknown

EVENT = json.loads((Path(__file__).parent / "events" / "request.json").read_text())


@dataclass
class Context:
    function_name: str = "millrace-local-{name}"
    memory_limit_in_mb: int = 256
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:{name}"
    aws_request_id: str = "request"


@pytest.fixture(autouse=True)
def artifacts(monkeypatch):
    settings = {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "ARTIFACTS_BUCKET": "artifacts",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    edge._specs.cache_clear()
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket="artifacts")
        client.put_object(
            Bucket="artifacts", Key="datasets/flights/dataset.json", Body=FLIGHTS.encode()
        )
        yield
    edge._specs.cache_clear()


def test_a_dataset_is_described():
    answer = edge.handler(EVENT, Context())

    assert answer == {"dataset": "flights", "columns": ["origin", "distance"]}


def test_asking_twice_answers_alike():
    assert edge.handler(EVENT, Context()) == edge.handler(EVENT, Context())


@pytest.mark.parametrize("change", [{"dataset": "weather"}, {"dataset": "a/b"}])
def test_what_a_retry_cannot_cure_is_terminal(change):
    with pytest.raises(Exception, match=r"dataset|deployed") as caught:
        edge.handler(EVENT | change, Context())
    assert type(caught.value).__name__ == "TerminalError"


@pytest.mark.parametrize(
    ("raised", "name"),
    [(CallFailed("slow"), "TransientError"), (DatasetUnknown("none"), "TerminalError")],
)
def test_errors_reach_the_state_machine_under_two_names_only(raised, name):
    with pytest.raises(Exception, match=str(raised)) as caught, edge._state_errors():
        raise raised
    assert type(caught.value).__name__ == name
