"""Messages of a queue, through the function's own door."""

from __future__ import annotations

import json

import boto3
import pytest
from laptop import FLIGHTS
from test_handler import ACKNOWLEDGE, LAND, Context, cloud  # noqa: F401 - a fixture

from millrace_contracts import BatchLanded, Manifest
from millrace_contracts.dataset import QueueSource
from millrace_ingest import handler as edge

BODIES = [{"faa": "EWR"}, {"faa": "JFK"}, {"faa": "LGA"}]


@pytest.fixture
def queue(cloud):  # noqa: F811 - the fixture
    spec = FLIGHTS.model_copy(update={"source": QueueSource(kind="queue", queue="airports")})
    body = spec.model_dump_json().encode()
    cloud.put_object(Bucket="artifacts", Key="datasets/flights/dataset.json", Body=body)
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="airports")["QueueUrl"]
    for body in BODIES:
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps(body))
    return sqs, url


def test_messages_land_are_deleted_and_are_processed_once(cloud, queue):  # noqa: F811
    sqs, url = queue
    landed = BatchLanded.model_validate(edge.handler(LAND, Context()))
    body = cloud.get_object(Bucket=landed.manifest_bucket, Key=landed.manifest_key)["Body"].read()
    (file,) = Manifest.model_validate_json(body).files
    stored = cloud.get_object(Bucket=file.bucket, Key=file.key)["Body"].read()

    assert sorted(stored.splitlines()) == sorted(json.dumps(body).encode() for body in BODIES)
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    left = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    assert {left[name] for name in names} == {"0"}

    edge.handler(ACKNOWLEDGE, Context())
    assert BatchLanded.model_validate(edge.handler(LAND | {"run_id": "r2"}, Context())).files == 0
