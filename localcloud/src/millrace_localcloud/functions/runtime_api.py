"""The Lambda Runtime API for one worker process.

``awslambdaric`` asks here for its next invocation and posts the result, exactly as it does on AWS
(Lambda Developer Guide, "Using the Lambda runtime API for custom runtimes"). The client only takes
``host:port``, so that each worker has an endpoint of its own.
"""

from __future__ import annotations

import secrets
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from http.server import BaseHTTPRequestHandler
from queue import Empty, SimpleQueue
from typing import Any

_VERSION = "/2018-06-01/runtime/"


@dataclass(frozen=True, slots=True)
class Invocation:
    """One event on its way to a worker."""

    request_id: str
    payload: bytes
    timeout_s: float
    function_arn: str
    client_context: str | None = None


class Step(Enum):
    """What became known about a worker."""

    TAKEN = "it took an invocation"
    RESPONDED = "the handler returned"
    FAILED = "the handler raised"
    INIT_FAILED = "the handler could not be loaded"
    EXITED = "the process ended"
    CLOCK_MOVED = "the cloud's clock was moved"


@dataclass(frozen=True, slots=True)
class Progress:
    """One step of one worker."""

    step: Step
    request_id: str | None = None
    payload: bytes = b""
    status: int = 0
    """Exit status of the process, for EXITED."""


class RuntimeApi:
    """Listens on a port of 127.0.0.1 until closed; one thread, and one per connection."""

    def __init__(self) -> None:
        self._offered: SimpleQueue[Invocation | None] = SimpleQueue()
        self._progress: SimpleQueue[Progress] = SimpleQueue()
        self._listener = socket.create_server(("127.0.0.1", 0))
        host, port = self._listener.getsockname()
        self.address = f"{host}:{port}"
        threading.Thread(target=self._accept, name=f"runtime-api-{port}", daemon=True).start()

    def offer(self, invocation: Invocation) -> None:
        """Hand ``invocation`` to the worker when it asks for its next one."""
        self._offered.put(invocation)

    def tell(self, progress: Progress) -> None:
        self._progress.put(progress)

    def wait(self, timeout_s: float) -> Progress | None:
        """The next thing that becomes known; None when nothing did within ``timeout_s``."""
        with suppress(Empty):
            return self._progress.get(timeout=max(timeout_s, 0))
        return None

    def take(self) -> Invocation | None:
        """Wait for an invocation; None when the endpoint is closed."""
        return self._offered.get()

    def close(self) -> None:
        self._offered.put(None)
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, address = self._listener.accept()
            except OSError:
                return
            threading.Thread(
                target=self._serve, args=(connection, address), name="runtime-api", daemon=True
            ).start()

    def _serve(self, connection: socket.socket, address: Any) -> None:
        with connection, suppress(OSError):
            _Handler(connection, address, self)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave as one packet
    server: RuntimeApi  # type: ignore[assignment]

    def do_GET(self) -> None:
        if self.path != _VERSION + "invocation/next":
            return self._answer(404)
        invocation = self.server.take()
        if invocation is None:
            self.close_connection = True
            return None
        self.server.tell(Progress(Step.TAKEN, invocation.request_id))
        deadline_ms = int((time.time() + invocation.timeout_s) * 1000)
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
            "Lambda-Runtime-Trace-Id": _trace_id(),
        }
        if invocation.client_context:
            headers["Lambda-Runtime-Client-Context"] = invocation.client_context
        return self._answer(200, invocation.payload, headers)

    def do_POST(self) -> None:
        payload = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        match self.path.removeprefix(_VERSION).split("/"):
            case ["init", "error"]:
                progress = Progress(Step.INIT_FAILED, payload=payload)
            case ["invocation", request_id, "response"]:
                progress = Progress(Step.RESPONDED, request_id, payload)
            case ["invocation", request_id, "error"]:
                progress = Progress(Step.FAILED, request_id, payload)
            case _:
                return self._answer(404)
        # The answer goes first: the worker then asks for its next invocation without delay.
        self._answer(202, b'{"status":"OK"}')
        self.wfile.flush()
        return self.server.tell(progress)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: one line per call would drown the cloud's own log."""

    def _answer(
        self, status: int, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _trace_id() -> str:
    root = f"{int(time.time()):08x}-{secrets.token_hex(12)}"
    return f"Root=1-{root};Parent={secrets.token_hex(8)};Sampled=0"
