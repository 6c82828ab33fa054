"""The ``serve`` of a model's container: multiplies numbers by the model's factor."""

from __future__ import annotations

import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path

MODEL = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml")) / "model" / "model.json"
FACTOR = json.loads(MODEL.read_text())["factor"] if MODEL.is_file() else 1
PINGS, CALLS = count(1), count(1)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/ping":
            self.answer(200 if next(PINGS) > int(os.environ.get("LATE_BY", "0")) else 503)
        elif self.path == "/execution-parameters" and "WISHES" in os.environ:
            self.answer(200, os.environ["WISHES"].encode())
        else:
            self.answer(404)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        way = os.environ.get("WAY", "multiply")
        if "crash" in body:
            sys.stderr.write("no memory left\n")
            os._exit(7)
        if "sleep" in body:
            if "PID_FILE" in os.environ:
                Path(os.environ["PID_FILE"]).write_text(str(os.getpid()))
            time.sleep(600)
        if way == "flaky" and next(CALLS) % 2:
            self.answer(503)
        elif way == "count":
            self.answer(200, str(len(body.splitlines())).encode())
        elif way == "tell":
            told = {name: value for name, value in os.environ.items() if "SAGEMAKER" in name}
            headers = {name: self.headers[name] for name in ("Content-Type", "Accept")}
            self.answer(200, json.dumps({**told, **headers, "body": body}).encode())
        else:
            self.multiply(body)

    def multiply(self, body):
        try:
            answers = [str(FACTOR * int(line)) for line in body.splitlines()]
        except ValueError as exc:
            self.answer(400, str(exc).encode())
        else:
            self.answer(200, "\n".join(answers).encode())

    def answer(self, status, body=b""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    port = int(os.environ.get("SAGEMAKER_BIND_TO_PORT", "8080"))
    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
