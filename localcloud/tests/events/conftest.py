from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest


class Queue:
    """An SQS queue that a test reads from."""

    def __init__(self, cloud: Any) -> None:
        self._sqs = cloud.client("sqs")
        name = f"queue-{uuid.uuid4().hex[:8]}"
        self._url = self._sqs.create_queue(QueueName=name)["QueueUrl"]
        self.arn = f"arn:aws:sqs:us-east-1:123456789012:{name}"

    def receive(self, wait_s: int = 20) -> dict[str, Any]:
        deadline = time.monotonic() + wait_s
        while time.monotonic() < deadline:
            answer = self._sqs.receive_message(
                QueueUrl=self._url, WaitTimeSeconds=1, MessageAttributeNames=["All"]
            )
            for message in answer.get("Messages", []):
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
                return dict(message)
        raise AssertionError("no message came")

    def receive_json(self) -> Any:
        return json.loads(self.receive()["Body"])

    def is_empty(self) -> bool:
        return "Messages" not in self._sqs.receive_message(QueueUrl=self._url, WaitTimeSeconds=1)


@pytest.fixture
def queue(functions_cloud: Any) -> Queue:
    return Queue(functions_cloud)


@pytest.fixture(scope="module")
def timed_cloud(
    start_cloud: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    """A cloud whose clock these tests may move."""
    home: Path = tmp_path_factory.mktemp("timed-cloud")
    with start_cloud(home) as running:
        yield running


@pytest.fixture
def timed_queue(timed_cloud: Any) -> Queue:
    return Queue(timed_cloud)
