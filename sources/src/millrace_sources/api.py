"""Weather: an HTTP API that answers page by page to who has the token."""

from __future__ import annotations

import hmac
import json
import secrets
import threading
from collections.abc import Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from millrace_sources.secrets import Fields
from millrace_sources.tables import Row

PATH = "/v1/observations"
_PAGE_ROWS = 5000
_TEXTS = ("origin", "time_hour")
_WHOLE = ("year", "month", "day", "hour", "wind_dir")


def serve_api(weather: Sequence[Row]) -> tuple[ThreadingHTTPServer, Fields]:
    """Listen on 127.0.0.1 in a thread; answers what listens, and what lets a client in.

    ``GET /v1/observations`` answers ``{"observations": […], "next": cursor}``, beginning at
    ``cursor`` and holding only what was observed at ``since`` or later.
    """
    token = secrets.token_urlsafe(32)
    server = _Server(("127.0.0.1", 0), _Handler)
    server.token = token
    server.observations = [_observation(row) for row in weather]
    threading.Thread(target=server.serve_forever, name="api", daemon=True).start()
    return server, {"host": "127.0.0.1", "port": str(server.server_port), "token": token}


def _observation(row: Row) -> dict[str, Any]:
    return {name: _value(name, text) for name, text in row.items()}


def _value(name: str, text: str | None) -> Any:
    if text is None or name in _TEXTS:
        return text
    return int(text) if name in _WHOLE else float(text)


class _Server(ThreadingHTTPServer):
    token: str
    observations: list[dict[str, Any]]

    def page(self, since: str, begin: int) -> dict[str, Any]:
        """Observations behind a place, and the next place; none when that was the last."""
        chosen = [one for one in self.observations if one["time_hour"] >= since]
        end = begin + _PAGE_ROWS
        following = str(end) if end < len(chosen) else None
        return {"observations": chosen[begin:end], "next": following}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        asked = {name: values[-1] for name, values in parse_qs(url.query).items()}
        expected = f"Bearer {self.server.token}".encode()
        if not hmac.compare_digest(self.headers.get("Authorization", "").encode(), expected):
            self._answer(HTTPStatus.UNAUTHORIZED, {"error": "a bearer token is needed"})
        elif url.path != PATH:
            self._answer(HTTPStatus.NOT_FOUND, {"error": f"there is only {PATH}"})
        elif not asked.get("cursor", "0").isdecimal():
            self._answer(HTTPStatus.BAD_REQUEST, {"error": "cursor is what a page answered"})
        else:
            page = self.server.page(asked.get("since", ""), int(asked.get("cursor", "0")))
            self._answer(HTTPStatus.OK, page)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: a request is no news."""

    def _answer(self, status: HTTPStatus, document: dict[str, Any]) -> None:
        body = json.dumps(document, separators=(",", ":")).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
