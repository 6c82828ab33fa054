"""Airports: messages of an SQS queue, each with some airports as JSON lines."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import boto3

from millrace_sources.errors import SendRefused
from millrace_sources.tables import Row

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

QUEUE = "nycflights13-airports"
ID_ATTRIBUTE = "id"
_SENT = "/nycflights13/airports/sent"
_AT_ONCE = 10
"""Messages in one call (SQS API, SendMessageBatch)."""
_AIRPORTS_PER_MESSAGE = 100
_DELIVERIES = 5
_NUMBERS = {"lat": float, "lon": float, "alt": int, "tz": int}


def send_airports(airports: Sequence[Row]) -> None:
    """Send all airports, unless they were sent before, to a queue that is made if there is none.

    What was sent is remembered beside the queue. A kill before that sends messages twice, which
    have the same ids.
    """
    client, parameters = boto3.client("sqs"), boto3.client("ssm")
    url = _make_queue(client)
    bodies = list(_bodies(airports))
    digest = _id("".join(bodies))
    if digest == _remembered(parameters):
        return
    for entries in _batches(bodies):
        answer = client.send_message_batch(QueueUrl=url, Entries=entries)
        if failed := answer.get("Failed"):
            raise SendRefused(f"{QUEUE}: {len(failed)} messages were refused: {failed[0]['Code']}")
    parameters.put_parameter(Name=_SENT, Value=digest, Type="String", Overwrite=True)


def _remembered(parameters: SSMClient) -> str | None:
    try:
        return parameters.get_parameter(Name=_SENT)["Parameter"]["Value"]
    except parameters.exceptions.ParameterNotFound:
        return None


def _make_queue(client: SQSClient) -> str:
    """The queue with its dead-letter queue, tagged so that ingest is let in."""
    tags = {"millrace:source": "ingest"}
    dead = client.create_queue(QueueName=f"{QUEUE}-dead", tags=tags)["QueueUrl"]
    found = client.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])
    policy = {
        "deadLetterTargetArn": found["Attributes"]["QueueArn"],
        "maxReceiveCount": _DELIVERIES,
    }
    return client.create_queue(
        QueueName=QUEUE, tags=tags, Attributes={"RedrivePolicy": json.dumps(policy)}
    )["QueueUrl"]


def _bodies(airports: Sequence[Row]) -> Iterator[str]:
    for begin in range(0, len(airports), _AIRPORTS_PER_MESSAGE):
        rows = airports[begin : begin + _AIRPORTS_PER_MESSAGE]
        yield "".join(json.dumps(_typed(row), separators=(",", ":")) + "\n" for row in rows)


def _typed(row: Row) -> dict[str, Any]:
    return {
        name: _NUMBERS[name](text) if text is not None and name in _NUMBERS else text
        for name, text in row.items()
    }


def _batches(bodies: Sequence[str]) -> Iterator[list[Any]]:
    for begin in range(0, len(bodies), _AT_ONCE):
        yield [
            {
                "Id": str(place),
                "MessageBody": body,
                "MessageAttributes": {
                    ID_ATTRIBUTE: {"DataType": "String", "StringValue": _id(body)}
                },
            }
            for place, body in enumerate(bodies[begin : begin + _AT_ONCE])
        ]


def _id(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()
