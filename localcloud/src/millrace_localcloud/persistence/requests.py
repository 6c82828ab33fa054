"""Requests as the snapshot sees them: which change something, and when none is under way."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

_READS = ("Get", "List", "Describe", "Head", "Query", "Scan", "BatchGet", "Search", "Lookup")


def may_change(environ: dict[str, Any]) -> bool:
    """Tell from method and target alone; what cannot be told counts as a change."""
    target = environ.get("HTTP_X_AMZ_TARGET")
    if target:
        return not target.rpartition(".")[2].startswith(_READS)
    return environ["REQUEST_METHOD"] not in ("GET", "HEAD", "OPTIONS")


class RequestGate:
    """WSGI middleware that can hold requests back until those under way are done."""

    changed: Callable[[], None] = staticmethod(lambda: None)
    """Called after each request that may have changed something."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self._condition = threading.Condition()
        self._under_way = 0
        self._held = False

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        changes = may_change(environ)
        with self._condition:
            self._condition.wait_for(lambda: not self._held)
            self._under_way += 1
        try:
            answer: Iterable[bytes] = self._application(environ, start_response)
            return answer
        finally:
            with self._condition:
                self._under_way -= 1
                self._condition.notify_all()
            if changes:
                self.changed()

    @contextmanager
    def quiet(self, wait_s: float) -> Iterator[None]:
        """Hold new requests back, once none is under way or ``wait_s`` has passed.

        A request may take as long as the function it invokes, which itself sends requests: so
        none is held back while waiting.
        """
        deadline = time.monotonic() + wait_s
        with self._condition:
            self._condition.wait_for(
                lambda: not self._under_way, timeout=deadline - time.monotonic()
            )
            self._held = True
        try:
            yield
        finally:
            with self._condition:
                self._held = False
                self._condition.notify_all()
