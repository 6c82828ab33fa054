"""What lies between a worker and its cloud: every request can be watched, answered or cut."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

NOT_KEPT = ("connection", "transfer-encoding", "content-length", "date", "server")


@dataclass(frozen=True)
class Step:
    """A request, by its number from 1 and what it asks for."""

    number: int
    name: str
    size_bytes: int


@dataclass
class Refusal:
    """An answer in place of the cloud's."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Wire:
    """A proxy. ``before`` and ``after`` see each request around its effect; both may block.

    ``before`` may answer a Refusal, or how many bytes of the body the cloud gets before the
    connection breaks.
    """

    url: str = ""
    steps: list[Step] = field(default_factory=list)
    before: Callable[[Step], Refusal | int | None] = lambda _step: None
    after: Callable[[Step], None] = lambda _step: None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def reset(self):
        with self.lock:
            self.steps.clear()
        self.before, self.after = lambda _step: None, lambda _step: None

    def arrived(self, name, size_bytes):
        with self.lock:
            step = Step(len(self.steps) + 1, name, size_bytes)
            self.steps.append(step)
        return step


def name_of(method, path, headers):
    """``PutItem``, ``ReceiveMessage``; for S3 the method, the bucket and the query's names."""
    target = headers.get("x-amz-target")
    if target:
        return target.rpartition(".")[2]
    split = urlsplit(path)
    asked = "&".join(part.partition("=")[0] for part in split.query.split("&") if part)
    bucket = split.path.split("/")[1]
    return f"{method} {bucket}" + (f" ?{asked}" if asked else "")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wire: Wire
    host: str

    def _pass_on(self):
        size_bytes = int(self.headers.get("content-length", 0))
        step = self.wire.arrived(name_of(self.command, self.path, self.headers), size_bytes)
        verdict = self.wire.before(step)
        body = self.rfile.read(size_bytes)
        if isinstance(verdict, Refusal):
            self._answer(verdict.status, verdict.headers, verdict.body)
            return
        with closing(http.client.HTTPConnection(self.host, timeout=180)) as cloud:
            self._send_head(cloud)
            if verdict is not None:
                cloud.send(body[:verdict])
                self.close_connection = True
                return
            cloud.send(body)
            answer = cloud.getresponse()
            content = answer.read()
        self.wire.after(step)
        kept = {k: v for k, v in answer.getheaders() if k.lower() not in NOT_KEPT}
        length = answer.getheader("content-length")
        self._answer(answer.status, kept, content, length)

    def _send_head(self, cloud):
        cloud.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() != "expect":
                cloud.putheader(name, value)
        cloud.endheaders()

    def _answer(self, status, headers, body, length=None):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", length or str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _pass_on

    def log_message(self, *_arguments):
        pass


@contextmanager
def wired(cloud):
    """A Wire to the cloud at a URL."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_arguments):
            pass

    wire = Wire()
    handler = type("Handler", (_Handler,), {"wire": wire, "host": urlsplit(cloud).netloc})
    server = Server(("127.0.0.1", 0), handler)
    wire.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield wire
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
