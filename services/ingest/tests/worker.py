"""A worker of the service in a process of its own, that may be killed without a word.

Run as a program it imports the handler once and forks a worker for each call, so that a call costs
what the work costs. A worker tells its process id, then what the handler answered or raised.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

PATIENCE_S = 180


@dataclass
class Context:
    function_name: str = "millrace-local-ingest"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:ingest"
    aws_request_id: str = "request"

    def get_remaining_time_in_millis(self):
        return 900_000


class Call:
    """A call under way."""

    def __init__(self, port, event, later_s):
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
        self._lines = self._socket.makefile("rw")
        self._lines.write(json.dumps({"event": event, "later_s": later_s}) + "\n")
        self._lines.flush()
        self.pid = json.loads(self._lines.readline())

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)

    def answer(self):
        """What the handler answered; None when the worker was killed."""
        line = self._lines.readline()
        self._lines.close()
        self._socket.close()
        if not line:
            return None
        told = json.loads(line)
        assert "error" not in told, told["error"]
        return told["answer"]


@dataclass
class Workers:
    port: int

    def begin(self, event, *, later_s=0):
        """Begin a call, in a process whose clock is so much later."""
        return Call(self.port, event, later_s)

    def call(self, event, *, later_s=0):
        """What a call answers that nobody kills."""
        answer = self.begin(event, later_s=later_s).answer()
        assert answer is not None, "the worker died"
        return answer


@contextmanager
def workers(environment):
    """Workers of one environment."""
    with subprocess.Popen(
        [sys.executable, Path(__file__)],
        env=os.environ | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        port = program.stdout.readline()
        assert port, "the worker does not start"
        try:
            yield Workers(int(port))
        finally:
            program.stdin.close()
            program.wait(PATIENCE_S)


def _serve():
    from millrace_ingest import handler as edge

    later = timedelta()
    edge._now = lambda: datetime.now(UTC) + later
    for build in (edge._use_cases, edge._extractions, edge._secrets):
        build()
    import millrace_ingest.adapters.api.feed
    import millrace_ingest.adapters.filesystem
    import millrace_ingest.adapters.sql.feed
    import millrace_ingest.adapters.sql.sqlalchemy_table  # noqa: F401

    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.create_server(("127.0.0.1", 0)) as door:
        sys.stdout.write(f"{door.getsockname()[1]}\n")
        sys.stdout.flush()
        while True:
            ready, _, _ = select.select([door, sys.stdin], [], [])
            if sys.stdin in ready:
                return
            caller, _ = door.accept()
            if os.fork():
                caller.close()
                continue
            lines = caller.makefile("rw")
            asked = json.loads(lines.readline())
            lines.write(f"{os.getpid()}\n")
            lines.flush()
            later = timedelta(seconds=asked["later_s"])
            try:
                told = {"answer": edge.handler(asked["event"], Context())}
            except Exception as exc:
                told = {"error": f"{type(exc).__name__}: {exc}"}
            lines.write(json.dumps(told) + "\n")
            lines.flush()
            os._exit(0)


if __name__ == "__main__":
    _serve()
