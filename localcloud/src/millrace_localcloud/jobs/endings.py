"""Tells whoever waits for a job that some job has ended, so that it need not ask and ask again."""

from __future__ import annotations

import threading


class Endings:
    """Counts the jobs and executions that have ended."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._count = 0

    @property
    def count(self) -> int:
        """To be read before a job is looked at, and given to ``wait`` after."""
        return self._count

    def tell(self) -> None:
        """A job has ended, and its description says so."""
        with self._condition:
            self._count += 1
            self._condition.notify_all()

    def wait(self, count: int, timeout_s: float) -> bool:
        """Wait until there are more than ``count``; False when ``timeout_s`` have passed."""
        with self._condition:
            return self._condition.wait_for(lambda: self._count > count, timeout_s)
