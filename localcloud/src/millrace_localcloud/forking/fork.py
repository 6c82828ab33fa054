"""One fork of a process that was not started for it alone."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from contextlib import suppress


class Fork:
    """Leads a process group, and is told of its end by the process that forked it; ``Running``."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._status: int | None = None
        self._ended = threading.Event()

    def poll(self) -> int | None:
        return self._status

    def wait(self, timeout_s: float | None = None) -> int:
        """Exit status; negative is the signal that ended it.

        Raises:
            subprocess.TimeoutExpired: It still runs after ``timeout_s``.
        """
        if not self._ended.wait(timeout_s):
            raise subprocess.TimeoutExpired(f"fork {self.pid}", timeout_s or 0)
        assert self._status is not None
        return self._status

    def kill(self) -> None:
        """Kill the whole group, as a lost machine would."""
        if self._status is None:
            self._kill_group()
            self._ended.wait()

    def end(self, status: int) -> None:
        """Take note that it has ended; what it started ends with it."""
        self._kill_group()
        self._status = status
        self._ended.set()

    def _kill_group(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
