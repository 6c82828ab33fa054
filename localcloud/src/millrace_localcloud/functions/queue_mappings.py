"""SQS event source mappings: a poller per mapping, which invokes its function with batches.

moto invokes the function inside SendMessage, and only for messages sent after the mapping was
made. Lambda Developer Guide, "Using Lambda with Amazon SQS".
"""

from __future__ import annotations

import json
import logging
import threading
import time
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from moto.awslambda.exceptions import LambdaClientError

from millrace_localcloud.cloud import REGION, Cloud
from millrace_localcloud.functions.invoker import Invoker, Throttled
from millrace_localcloud.functions.launch import FunctionUnrunnable
from millrace_localcloud.functions.worker import Outcome

_WAIT_S = 2
_RECEIVE_LIMIT = 10

_TROUBLES = (BotoCoreError, ClientError, LambdaClientError, Throttled, FunctionUnrunnable)
"""The queue or the function is gone or not ready; the mapping stays, and is tried again."""

_log = logging.getLogger(__name__)


class QueueMappings:
    """Starts a poller for each mapping; it ends when its mapping is deleted."""

    def __init__(self, cloud: Cloud, invoker: Invoker) -> None:
        self._cloud = cloud
        self._invoker = invoker

    def start(self, backend: Any, mapping_id: str) -> None:
        threading.Thread(
            target=self._poll,
            args=(backend, mapping_id),
            name=f"lambda-poller-{mapping_id[:8]}",
            daemon=True,
        ).start()

    def _poll(self, backend: Any, mapping_id: str) -> None:
        while (mapping := backend.get_event_source_mapping(mapping_id)) is not None:
            try:
                if not mapping.enabled or not self._serve_batch(backend, mapping):
                    time.sleep(0.2)
            except _TROUBLES as exc:
                _log.warning("mapping %s: %s", mapping.arn, exc)
                time.sleep(_WAIT_S)

    def _serve_batch(self, backend: Any, mapping: Any) -> bool:
        sqs = self._cloud.client("sqs")
        name = mapping.event_source_arn.rsplit(":", 1)[1]
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        messages = self._receive(sqs, url, mapping.batch_size)
        if not messages:
            return False
        records = [_describe_message(message, mapping.event_source_arn) for message in messages]
        function = backend.get_function(mapping.function_arn)
        outcome = self._invoker.invoke(function, json.dumps({"Records": records}).encode())
        done = _done_messages(mapping, messages, outcome)
        for start in range(0, len(done), _RECEIVE_LIMIT):
            entries = [
                {"Id": str(index), "ReceiptHandle": message["ReceiptHandle"]}
                for index, message in enumerate(done[start : start + _RECEIVE_LIMIT])
            ]
            sqs.delete_message_batch(QueueUrl=url, Entries=entries)
        return True

    def _receive(self, sqs: Any, url: str, limit: int) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = []
        while len(messages) < limit:
            received = sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=min(limit - len(messages), _RECEIVE_LIMIT),
                WaitTimeSeconds=0 if messages else _WAIT_S,
                AttributeNames=["All"],
                MessageAttributeNames=["All"],
            ).get("Messages", [])
            messages += received
            if not received:
                break
        return messages


def _done_messages(
    mapping: Any, messages: list[dict[str, Any]], outcome: Outcome
) -> list[dict[str, Any]]:
    """Messages that the function is done with; the others become visible again by themselves."""
    if outcome.failed:
        return []
    if "ReportBatchItemFailures" not in (mapping.function_response_types or []):
        return messages
    answer = json.loads(outcome.payload) or {}
    failed = {failure["itemIdentifier"] for failure in answer.get("batchItemFailures", [])}
    return [message for message in messages if message["MessageId"] not in failed]


def _describe_message(message: dict[str, Any], queue_arn: str) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {
            name: {key[0].lower() + key[1:]: value for key, value in attribute.items()}
            for name, attribute in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": REGION,
    }
