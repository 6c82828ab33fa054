"""The cloud's own small API, beside AWS's: health, faults, time, warm-up, save and stop."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.faults import Fault
from millrace_localcloud.persistence.saver import SaveFailed, Saver

CONTROL_PREFIX = "/_localcloud/"


class Control:
    """WSGI application for ``/_localcloud/…``."""

    def __init__(
        self, cloud: Cloud, saver: Saver, stop: threading.Event, warm_up: Callable[[], None]
    ) -> None:
        self._routes: dict[tuple[str, str], Callable[[Any], Any]] = {
            ("GET", "health"): lambda _body: {
                "status": "ready",
                "home": str(cloud.home.root),
                "unsaved": saver.failure,
            },
            ("POST", "save"): lambda _body: saver.save(),
            ("POST", "warm-up"): lambda _body: warm_up(),
            ("POST", "faults"): lambda body: cloud.faults.inject(Fault(**body)),
            ("DELETE", "faults"): lambda _body: cloud.faults.clear(),
            ("POST", "clock"): lambda body: cloud.clock.move_to(
                datetime.fromisoformat(body["now"])
            ),
            ("GET", "clock"): lambda _body: {
                "now": cloud.now().isoformat(),
                "pending_s": cloud.clock.pending(),
                "pauses_s": cloud.clock.pauses(),
            },
            ("POST", "stop"): lambda _body: stop.set(),
        }

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"].removeprefix(CONTROL_PREFIX)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        status, answer = self._answer(environ["REQUEST_METHOD"], path, body)
        payload = json.dumps(answer).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(payload)))]
        start_response(status, headers)
        return [payload]

    def _answer(self, method: str, path: str, body: bytes) -> tuple[str, Any]:
        route = self._routes.get((method, path))
        if route is None:
            return "404 Not Found", {"error": f"{method} {CONTROL_PREFIX}{path} does not exist"}
        try:
            return "200 OK", route(json.loads(body) if body else None)
        except SaveFailed as exc:
            return "500 Internal Server Error", {"error": str(exc)}
        except (KeyError, TypeError, ValueError) as exc:
            return "400 Bad Request", {"error": str(exc)}
