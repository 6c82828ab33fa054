"""Against a RabbitMQ that the tests start; skipped where there is none."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from pathlib import Path

import pika
import pytest
from pika.exceptions import AMQPError
from queue_contract import QueueContract, drained

from millrace_contracts.dataset import QueueSource
from millrace_ingest.adapters.queue import connect_queue
from millrace_ingest.errors import SourceRefused, SourceUnavailable
from millrace_ingest.secret import Secret

PATIENCE_S = 120
SCRIPT = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
"""The script in PATH changes to the user rabbitmq first; this one does not."""

pytestmark = pytest.mark.skipif(
    not SCRIPT.exists(), reason="needs RabbitMQ (Debian package rabbitmq-server)"
)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    """Port of a broker of its own, with its files in a folder of the test."""
    home = tmp_path_factory.mktemp("rabbit")
    port = _free_port()
    names_port = str(_free_port())
    environment = os.environ | {
        "HOME": str(home),
        "RABBITMQ_NODENAME": f"millrace{port}@localhost",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_DIST_PORT": str(_free_port()),
        "RABBITMQ_MNESIA_BASE": str(home),
        "RABBITMQ_LOG_BASE": str(home),
        "RABBITMQ_PID_FILE": str(home / "pid"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "plugins"),
        "RABBITMQ_CONF_ENV_FILE": str(home / "none"),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_PORT": names_port,
    }
    process = subprocess.Popen(
        [SCRIPT],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _await(port, process)
        yield port
    finally:
        os.killpg(process.pid, 15)
        process.wait(PATIENCE_S)
        # Erlang's name server, which the broker started, outlives it.
        subprocess.run(["epmd", "-port", names_port, "-kill"], check=False, capture_output=True)


def _await(port, process):
    ends_at = time.monotonic() + PATIENCE_S
    while True:
        try:
            pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", port)).close()
        except (AMQPError, OSError):
            assert process.poll() is None, "the broker ended"
            assert time.monotonic() < ends_at, "the broker does not answer"
            time.sleep(0.2)
        else:
            return


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
