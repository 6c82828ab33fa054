"""A queue of SQS, standard or FIFO."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from millrace_contracts.dataset import QueueSource
from millrace_ingest.adapters.aws_errors import aws_errors, error_code
from millrace_ingest.errors import SourceMissing, SourceUnavailable
from millrace_ingest.messages import Message

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

_AT_ONCE = 10
"""Messages in one call (SQS API, ReceiveMessage and DeleteMessageBatch)."""
_WAIT_S = 1
"""A call that waits asks every server of the queue, one that doesn't asks a few (SQS Developer
Guide, "Short and long polling")."""
_MARGIN_S = 300
"""Kept for writing the object, on top of how long its first message waits."""
_REASON_LENGTH = 1000
_MISSING = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")


class SqsQueue:
    """Queue on SQS, in the account and region of the service."""

    def __init__(self, spec: QueueSource, client: SQSClient) -> None:
        self._spec = spec
        self._client = client
        self._url = self._url_of(spec.queue)
        self._dead_letter: str | None = None

    def receive(self) -> Sequence[Message]:
        with aws_errors():
            answer = self._client.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=_AT_ONCE,
                WaitTimeSeconds=_WAIT_S,
                VisibilityTimeout=int(self._spec.batch.age_s) + _MARGIN_S,
                MessageAttributeNames=["All"],
            )
        return [self._message(found) for found in answer.get("Messages", ())]

    def delete(self, messages: Sequence[Message]) -> None:
        for begin in range(0, len(messages), _AT_ONCE):
            entries: Any = [
                {"Id": str(place), "ReceiptHandle": message.handle}
                for place, message in enumerate(messages[begin : begin + _AT_ONCE])
            ]
            with aws_errors():
                answer = self._client.delete_message_batch(QueueUrl=self._url, Entries=entries)
            if failed := answer.get("Failed"):
                codes = sorted({failure["Code"] for failure in failed})
                raise SourceUnavailable(f"{self._spec.queue}: {len(failed)} not deleted: {codes}")

    def reject(self, message: Message, reason: str) -> None:
        if self._dead_letter is None:
            self._dead_letter = self._url_of(self._dead_letter_name())
        attributes: Any = {
            "millrace-reason": {"DataType": "String", "StringValue": reason[:_REASON_LENGTH]},
            "millrace-message-id": {"DataType": "String", "StringValue": message.id or "none"},
        }
        ordered: Any = {}
        if self._dead_letter.endswith(".fifo"):
            ordered = {"MessageGroupId": "millrace", "MessageDeduplicationId": message.digest.hex()}
        with aws_errors():
            self._client.send_message(
                QueueUrl=self._dead_letter,
                MessageBody=message.body.decode(),
                MessageAttributes=attributes,
                **ordered,
            )
        self.delete([message])

    def _message(self, found: MessageTypeDef) -> Message:
        message_id = found["MessageId"]
        if self._spec.id_attribute is not None:
            attribute: Any = found.get("MessageAttributes", {}).get(self._spec.id_attribute)
            message_id = str(attribute.get("StringValue", "")) if attribute else ""
        return Message(message_id, found["Body"].encode(), found["ReceiptHandle"])

    def _dead_letter_name(self) -> str:
        if self._spec.dead_letter is not None:
            return self._spec.dead_letter
        with aws_errors():
            answer = self._client.get_queue_attributes(
                QueueUrl=self._url, AttributeNames=["RedrivePolicy"]
            )
        policy = answer.get("Attributes", {}).get("RedrivePolicy")
        if policy is None:
            raise SourceMissing(
                f"{self._spec.queue}: a message cannot land, and no dead-letter queue is declared"
            )
        return str(json.loads(policy)["deadLetterTargetArn"]).rpartition(":")[2]

    def _url_of(self, name: str) -> str:
        with aws_errors():
            try:
                return self._client.get_queue_url(QueueName=name)["QueueUrl"]
            except ClientError as exc:
                if error_code(exc) in _MISSING:
                    raise SourceMissing(f"there is no queue {name}") from exc
                raise
