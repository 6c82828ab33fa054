"""The cloud's time, which a test or a demonstration may move."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta


class Clock:
    """The machine's clock plus an offset."""

    def __init__(self) -> None:
        self._offset = timedelta()
        self._moved = threading.Event()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def move_to(self, now: datetime) -> None:
        """Let it be ``now``, and time go on from there.

        Raises:
            ValueError: ``now`` has no time zone.
        """
        if now.tzinfo is None:
            raise ValueError(f"{now.isoformat()} has no time zone: write it with Z or an offset")
        self._offset = now - datetime.now(UTC)
        self._moved.set()

    def sleep(self, seconds: float) -> None:
        """Wait, or until the clock is moved; one thread may do so."""
        self._moved.wait(seconds)
        self._moved.clear()
