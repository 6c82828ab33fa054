"""One running container, seen as the child process that it stands for."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

_KILLED = 128
"""A shell's way to say which signal ended a program: 128 and the signal's number."""
_MOST_SIGNALS = 64


class ContainerChild:
    """A container that was started; it is removed when it has ended."""

    def __init__(self, container: Any, pid: int, forget: Callable[[ContainerChild], None]) -> None:
        self._container = container
        self._forget = forget
        self._status = 0
        self._ended = threading.Event()
        self.pid = pid
        name = f"container-{container.name}"
        threading.Thread(target=self._await_end, name=name, daemon=True).start()

    def poll(self) -> int | None:
        return self._status if self._ended.is_set() else None

    def wait(self, timeout_s: float | None = None) -> int:
        if not self._ended.wait(timeout_s):
            raise subprocess.TimeoutExpired(self._container.name, timeout_s or 0)
        return self._status

    def kill(self) -> None:
        from docker.errors import APIError

        while not self._ended.is_set():
            with suppress(APIError):
                self._container.kill()
            self._ended.wait(1)

    def _await_end(self) -> None:
        from docker.errors import APIError
        from requests.exceptions import RequestException

        try:
            code = int(self._container.wait(timeout=None)["StatusCode"])
            self._status = _KILLED - code if _KILLED < code <= _KILLED + _MOST_SIGNALS else code
        except (APIError, RequestException):
            # The engine is gone, and with it whatever it ran.
            self._status = -9
        with suppress(APIError, RequestException):
            self._container.remove(force=True)
        self._ended.set()
        self._forget(self)
