"""A real RabbitMQ, started by the tests without root and without Docker."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import pika
from pika.exceptions import AMQPError

PATIENCE_S = 120
SCRIPT = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
"""The script in PATH changes to the user rabbitmq first; this one does not."""


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def missing_broker():
    """Whether there is no RabbitMQ on this machine."""
    return not SCRIPT.exists()


@contextmanager
def broker(home):
    """Port of a broker of its own, with its files in a folder."""
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
