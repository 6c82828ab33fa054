"""Against a RabbitMQ that the tests start; skipped where there is none."""

from __future__ import annotations

import pika
import pytest
from queue_contract import QueueContract, drained

from millrace_contracts.dataset import QueueSource
from millrace_ingest.adapters.queue import connect_queue
from millrace_ingest.errors import SourceRefused, SourceUnavailable
from millrace_ingest.secret import Secret


class Bench:
    def __init__(self, port):
        self._port = port
        self._connection = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", port))
        self._channel = self._connection.channel()
        for queue in ("airports", "dead"):
            self._channel.queue_declare(queue, durable=True)
            self._channel.queue_purge(queue)

    def send(self, message_id, body, *, attribute=None):
        self._channel.basic_publish(
            "",
            "airports",
            body,
            pika.BasicProperties(
                message_id=message_id, headers={"order": attribute} if attribute else None
            ),
        )

    def connect(self, *, password="guest", **spec):
        declared = {
            "kind": "queue",
            "broker": f"amqp://127.0.0.1:{self._port}/",
            "queue": "airports",
            "dead_letter": "dead",
        }
        secret = Secret("millrace/rabbit", {"user": "guest", "password": password})
        return connect_queue(QueueSource.model_validate(declared | spec), lambda: None, secret)

    def waiting(self):
        """Ready messages: those that another connection holds come back when it closes."""
        return self._channel.queue_declare("airports", passive=True).method.message_count

    def dead(self):
        _, properties, body = self._channel.basic_get("dead", auto_ack=True)
        return [(body, properties.headers["millrace-reason"])]

    def close(self):
        self._connection.close()


class TestRabbit(QueueContract):
    @pytest.fixture
    def bench(self, broker):
        bench = Bench(broker)
        yield bench
        bench.close()

    def test_a_message_is_received_with_its_id_and_stays_until_it_is_deleted(self, bench):
        bench.send("m1", b'{"a": 1}')
        with bench.connect() as queue:
            (message,) = drained(queue, 1)
            assert (message.id, message.body) == ("m1", b'{"a": 1}')
        with bench.connect() as queue:
            (again,) = drained(queue, 1)
            assert again.id == "m1"
            queue.delete([again])
        with bench.connect() as queue:
            assert list(queue.receive()) == []

    def test_a_wrong_password_is_refused_and_never_shown(self, bench):
        with pytest.raises(SourceRefused) as caught, bench.connect(password="wr0ng-word"):
            pass
        assert "wr0ng-word" not in repr(caught.value)


def test_a_broker_that_is_not_there_may_come_back():
    spec = QueueSource(kind="queue", broker="amqp://127.0.0.1:1/", queue="q", dead_letter="d")
    with (
        pytest.raises(SourceUnavailable),
        connect_queue(spec, lambda: None, Secret("", {})),
    ):
        pass
