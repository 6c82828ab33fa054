from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
from laptop import FLIGHTS
from moto import mock_aws

from millrace_contracts import BatchLanded, Manifest, RunSucceeded
from millrace_contracts.state import RunStatus
from millrace_contracts.state.dynamodb import DynamoRunState
from millrace_ingest import handler as edge

EVENTS = Path(__file__).parent / "events"
LAND = json.loads((EVENTS / "land.json").read_text())
ACKNOWLEDGE = json.loads((EVENTS / "acknowledge.json").read_text())
INDEXED = ("pk", "sk", "gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk")


@dataclass
class Context:
    function_name: str = "millrace-local-ingest"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:ingest"
    aws_request_id: str = "request"

    def get_remaining_time_in_millis(self):
        return 900_000


@pytest.fixture
def cloud(monkeypatch, tmp_path):
    settings = {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "LANDING_BUCKET": "landing",
        "ARTIFACTS_BUCKET": "artifacts",
        "STATE_URL": "dynamodb://state",
        "SOURCES_MOUNT": str(tmp_path),
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    _forget()
    with mock_aws():
        s3 = boto3.client("s3")
        for bucket in ("landing", "artifacts"):
            s3.create_bucket(Bucket=bucket)
        _create_table()
        source = FLIGHTS.source.model_copy(update={"url": "zip://::file://{mount}/flights.zip"})
        spec = FLIGHTS.model_copy(update={"source": source}).model_dump_json().encode()
        s3.put_object(Bucket="artifacts", Key="datasets/flights/dataset.json", Body=spec)
        with zipfile.ZipFile(tmp_path / "flights.zip", "w") as archive:
            archive.writestr("flights.csv", "origin\nJFK\n")
        yield s3
    _forget()


def _forget():
    for built in (edge._use_cases, edge._extractions, edge._secrets):
        built.cache_clear()


def _key(prefix):
    return [
        {"AttributeName": f"{prefix}pk", "KeyType": "HASH"},
        {"AttributeName": f"{prefix}sk", "KeyType": "RANGE"},
    ]


def _create_table():
    boto3.client("dynamodb").create_table(
        TableName="state",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in INDEXED],
        KeySchema=_key(""),
        GlobalSecondaryIndexes=[
            {
                "IndexName": index,
                "KeySchema": _key(index),
                "Projection": {"ProjectionType": "ALL"},
            }
            for index in ("gsi1", "gsi2")
        ],
    )


def test_a_member_of_an_archive_lands_and_the_run_is_acknowledged(cloud):
    landed = BatchLanded.model_validate(edge.handler(LAND, Context()))
    body = cloud.get_object(Bucket=landed.manifest_bucket, Key=landed.manifest_key)["Body"].read()
    (file,) = Manifest.model_validate_json(body).files

    assert (landed.files, file.source) == (1, "zip://flights.csv::file://{mount}/flights.zip")
    stored = cloud.get_object(Bucket=file.bucket, Key=file.key)["Body"].read()
    assert stored == b"origin\nJFK\n"

    done = RunSucceeded.model_validate(edge.handler(ACKNOWLEDGE, Context()))
    assert done.files == 1


def test_a_second_run_finds_nothing_new(cloud):
    edge.handler(LAND, Context())
    edge.handler(ACKNOWLEDGE, Context())

    again = BatchLanded.model_validate(edge.handler(LAND | {"run_id": "r2"}, Context()))

    assert again.files == 0
    state = DynamoRunState(boto3.resource("dynamodb").Table("state"))
    assert state.run("r2").status is RunStatus.NOTHING_NEW
    assert [stage.stage for stage in state.stages("r2")] == ["ingest"]


@pytest.mark.parametrize(
    ("event", "named"),
    [
        (LAND | {"dataset": "planes"}, "SpecMissing: planes"),
        (LAND | {"dataset": "../planes"}, "dataset"),
        (LAND | {"action": "lnad"}, "lnad"),
        (ACKNOWLEDGE | {"run_id": "r9"}, "ManifestMissing"),
    ],
)
def test_what_cannot_succeed_reaches_the_state_machine_as_terminal(cloud, event, named):
    with pytest.raises(Exception, match=named) as caught:
        edge.handler(event, Context())

    assert type(caught.value).__name__ == "TerminalError"


def test_what_may_succeed_reaches_the_state_machine_as_transient(cloud, tmp_path):
    archive = tmp_path / "flights.zip"
    damaged = bytearray(archive.read_bytes())
    damaged[damaged.index(b"JFK")] ^= 0xFF
    archive.write_bytes(damaged)

    with pytest.raises(Exception, match="SourceChanged") as caught:
        edge.handler(LAND, Context())

    assert type(caught.value).__name__ == "TransientError"
