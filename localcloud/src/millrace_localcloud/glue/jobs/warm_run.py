"""A run on a shared JVM, watched as one process is."""

from __future__ import annotations

import signal
import subprocess
import threading
from collections.abc import Callable

from millrace_localcloud.glue.jobs.shared_jvm import ScriptRun, SharedJvm


class WarmRun:
    """Ends when the run's script has ended and its JVM is kept or dead; ``Running``."""

    def __init__(
        self, jvm: SharedJvm, run: ScriptRun, output: int, done: Callable[[bool], None]
    ) -> None:
        """Start it; ``done`` is told whether the JVM is fit for another run."""
        self.pid = jvm.pid
        self._jvm = jvm
        self._killed = False
        self._decided = False
        self._deciding = threading.Lock()
        self._status: int | None = None
        self._ended = threading.Event()
        work = threading.Thread(
            target=self._work, args=(run, output, done), name=f"run-{self.pid}", daemon=True
        )
        work.start()

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
        with self._deciding:
            if not self._decided:
                self._killed = True
                self._jvm.kill()
        self._ended.wait()

    def _work(self, run: ScriptRun, output: int, done: Callable[[bool], None]) -> None:
        status, fit = 1, False
        try:
            status, fit = self._jvm.run(run, output)
        finally:
            with self._deciding:
                self._decided = True
            try:
                done(fit and not self._killed)
            finally:
                self._status = -signal.SIGKILL if self._killed else status
                self._ended.set()
