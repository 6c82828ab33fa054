"""A queue of an AMQP 0-9-1 broker, as RabbitMQ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pika
from pika.exceptions import (
    AMQPError,
    ChannelClosedByBroker,
    ProbableAccessDeniedError,
    ProbableAuthenticationError,
)

from millrace_contracts.dataset import QueueSource
from millrace_ingest.errors import SourceMissing, SourceRefused, SourceUnavailable
from millrace_ingest.messages import Message
from millrace_ingest.secret import Secret

_AT_ONCE = 100
_AT_ONCE_BYTES = 1024 * 1024
"""After which no further message is asked for: only the broker limits how long one is."""
_TIMEOUT_S = 60
_HEARTBEAT_S = 600
"""Longer than an object takes to be written: pika answers heartbeats within calls only."""
_NOT_FOUND = 404


class AmqpQueue:
    """Queue on a broker; what is not acknowledged when the connection ends is delivered again."""

    def __init__(self, spec: QueueSource, secret: Secret) -> None:
        self._spec = spec
        parameters = pika.URLParameters(spec.broker)
        if secret.get("user") is not None:
            parameters.credentials = pika.PlainCredentials(
                secret.need("user"), secret.need("password")
            )
        parameters.socket_timeout = parameters.blocked_connection_timeout = _TIMEOUT_S
        parameters.heartbeat = _HEARTBEAT_S
        with self._errors():
            self._connection = pika.BlockingConnection(parameters)
            try:
                self._channel = self._connection.channel()
                self._channel.confirm_delivery()
                for queue in (spec.queue, spec.dead_letter or spec.queue):
                    self._channel.queue_declare(queue, passive=True)
            except BaseException:
                self.close()
                raise

    def receive(self) -> Sequence[Message]:
        messages: list[Message] = []
        size_bytes = 0
        with self._errors():
            while len(messages) < _AT_ONCE and size_bytes < _AT_ONCE_BYTES:
                method, properties, body = self._channel.basic_get(self._spec.queue)
                if method is None:
                    break
                message_id = properties.message_id
                if self._spec.id_attribute is not None:
                    message_id = (properties.headers or {}).get(self._spec.id_attribute)
                messages.append(Message(str(message_id or ""), body, str(method.delivery_tag)))
                size_bytes += len(body)
        return messages

    def delete(self, messages: Sequence[Message]) -> None:
        with self._errors():
            for message in messages:
                self._channel.basic_ack(int(message.handle))
            # An acknowledgement has no answer; a question after it shows that it was heard.
            self._channel.queue_declare(self._spec.queue, passive=True)

    def reject(self, message: Message, reason: str) -> None:
        with self._errors():
            self._channel.basic_publish(
                exchange="",
                routing_key=self._spec.dead_letter or "",
                body=message.body,
                properties=pika.BasicProperties(
                    message_id=message.id or None,
                    delivery_mode=pika.DeliveryMode.Persistent.value,
                    headers={"millrace-reason": reason},
                ),
                mandatory=True,
            )
        self.delete([message])

    def close(self) -> None:
        """End the connection; messages that were not deleted go back to the queue."""
        if self._connection.is_open:
            self._connection.close()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Raise ours for pika's, by their names: a text may repeat what was sent."""
        try:
            yield
        except (ProbableAuthenticationError, ProbableAccessDeniedError) as exc:
            raise SourceRefused(f"{self._spec.broker}: {type(exc).__name__}") from exc
        except ChannelClosedByBroker as exc:
            if exc.reply_code == _NOT_FOUND:
                raise SourceMissing(f"{self._spec.broker}: {exc.reply_text}") from exc
            raise SourceRefused(f"{self._spec.broker}: {exc.reply_code}") from exc
        except (AMQPError, OSError) as exc:
            raise SourceUnavailable(f"{self._spec.broker}: {type(exc).__name__}") from exc
