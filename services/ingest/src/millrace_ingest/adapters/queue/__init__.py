"""Queues of messages: one module per broker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from millrace_contracts.dataset import QueueSource
from millrace_ingest.ports import Queue
from millrace_ingest.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_sqs import SQSClient


@contextmanager
def connect_queue(
    spec: QueueSource, sqs: Callable[[], SQSClient], secret: Secret
) -> Iterator[Queue]:
    """Open a queue for the length of a context.

    Raises:
        SourceMissing: There is no such queue.
        SourceRefused: The broker does not let us in.
        SourceUnavailable: It cannot be reached just now.
    """
    if spec.broker == "sqs":
        from millrace_ingest.adapters.queue.sqs import SqsQueue

        yield SqsQueue(spec, sqs())
        return
    from millrace_ingest.adapters.queue.amqp import AmqpQueue

    queue = AmqpQueue(spec, secret)
    try:
        yield queue
    finally:
        queue.close()
