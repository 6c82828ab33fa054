"""A queue of messages."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from millrace_contracts.dataset.part import SpecPart


class QueueBatch(SpecPart):
    """When an object is full; whichever comes first."""

    messages: Annotated[int, Field(ge=1, le=20_000)] = 10_000
    """SQS lets a FIFO queue have 20,000 messages in flight (SQS Developer Guide, "Quotas")."""
    size_bytes: Annotated[int, Field(ge=1, le=32 * 1024**2)] = 16 * 1024**2
    """Held in memory until the object is written."""
    age_s: Annotated[float, Field(gt=0, le=600)] = 60
    """How long the object's first message may wait for more."""


class QueueSource(SpecPart):
    """Messages of an SQS queue (standard or FIFO) or of a RabbitMQ queue."""

    kind: Literal["queue"]
    broker: Annotated[str, Field(pattern=r"^(sqs|amqps?://[^\s/@?#]+(/[^\s@?#]*)?)$")] = "sqs"
    """``sqs``, or ``amqp://host:port/vhost`` without user and password."""
    queue: Annotated[str, Field(min_length=1, max_length=255)]
    """Name of the queue; an SQS queue is one of the pipeline's own account and region."""
    secret: Annotated[str, Field(min_length=1)] | None = None
    """For AMQP: name of a secret with ``user`` and ``password``, in Secrets Manager, or ``ssm:``
    and a name in SSM."""
    body: Literal["json", "raw"] = "json"
    """``json``: each message is one JSON object, a line of the landed object. ``raw``: each
    message is one or more lines of text."""
    id_attribute: Annotated[str, Field(min_length=1)] | None = None
    """Message attribute (AMQP: header) that tells equal messages; without it, SQS's ``MessageId``
    or AMQP's ``message_id``."""
    remember_days: Annotated[int, Field(ge=1, le=90)] = 14
    """How long a message's id is remembered; SQS keeps messages for 14 days at most."""
    batch: QueueBatch = QueueBatch()
    dead_letter: Annotated[str, Field(min_length=1)] | None = None
    """Queue of messages that cannot land, each with its reason. SQS's default is the queue's own
    dead-letter queue, of its RedrivePolicy; AMQP cannot tell such a queue, so it needs a name."""

    @model_validator(mode="after")
    def _parts_fit_the_broker(self) -> Self:
        if self.broker != "sqs" and self.dead_letter is None:
            raise ValueError("an AMQP broker needs dead_letter")
        if self.broker == "sqs" and self.secret is not None:
            raise ValueError("SQS needs no secret: the service's role reads it")
        return self
