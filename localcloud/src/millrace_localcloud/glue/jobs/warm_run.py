"""A run on a shared JVM, watched as one process is."""

from __future__ import annotations

import signal
import subprocess
import threading
from collections.abc import Callable, Mapping

from millrace_localcloud.glue.jobs.shared_jvm import SharedJvm
from millrace_localcloud.processes import Child


class WarmRun:
    """Ends when the run's script has ended and its JVM is kept or dead; ``Running``."""

    def __init__(
        self,
        jvm: SharedJvm,
        begin: Callable[[Mapping[str, str]], Child],
        end: Callable[[int], None],
    ) -> None:
        self.pid = jvm.pid
        self._jvm = jvm
        self._begin = begin
        self._end = end
        self._child: Child | None = None
        self._killed = False
        self._starting = threading.Lock()
        self._status: int | None = None
        self._ended = threading.Event()
        threading.Thread(target=self._work, name=f"run-{self.pid}", daemon=True).start()

    def poll(self) -> int | None:
        return self._status if self._ended.is_set() else None

    def wait(self, timeout_s: float | None = None) -> int:
        """Exit status; negative is the signal that ended it.

        Raises:
            subprocess.TimeoutExpired: It still runs after ``timeout_s``.
        """
        if not self._ended.wait(timeout_s):
            raise subprocess.TimeoutExpired("a run on a shared JVM", timeout_s or 0)
        assert self._status is not None
        return self._status

    def kill(self) -> None:
        """Kill the script and, unless it had ended well, the JVM."""
        with self._starting:
            self._killed = True
            child = self._child
        if not self._ended.is_set():
            if child is not None:
                child.kill()
            self._jvm.kill()
            self._ended.wait()

    def _work(self) -> None:
        status = 1
        try:
            status = self._run()
        finally:
            try:
                self._end(-signal.SIGKILL if self._killed else status)
            finally:
                self._status = status
                self._ended.set()

    def _run(self) -> int:
        gateway = self._jvm.gateway()
        if gateway is None:
            return self._jvm.status()
        with self._starting:
            if self._killed:
                return -signal.SIGKILL
            self._child = self._begin(gateway)
        return self._child.wait()
