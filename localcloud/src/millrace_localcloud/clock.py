"""The cloud's time, which a test or a demonstration may move."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta


class Clock:
    """The machine's clock plus an offset."""

    def __init__(self) -> None:
        self._offset = timedelta()
        self._moved = threading.Event()
        self._lock = threading.Lock()
        self._told: dict[object, tuple[Callable[[], None], float | None, bool]] = {}

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def elapsed(self) -> float:
        """Seconds since some moment, as deadlines count them: moving the clock is counted too."""
        return time.monotonic() + self._offset.total_seconds()

    def move_to(self, now: datetime) -> None:
        """Let it be ``now``, and time go on from there.

        Raises:
            ValueError: ``now`` has no time zone.
        """
        if now.tzinfo is None:
            raise ValueError(f"{now.isoformat()} has no time zone: write it with Z or an offset")
        self._offset = now - datetime.now(UTC)
        self._moved.set()
        with self._lock:
            told = list(self._told.values())
        for tell, _, _ in told:
            tell()

    def sleep(self, seconds: float) -> None:
        """Wait, or until the clock is moved; one thread may do so."""
        self._moved.wait(seconds)
        self._moved.clear()

    def pending(self) -> list[float]:
        """Seconds until each deadline that somebody waits for, the next first."""
        with self._lock:
            deadlines = [deadline for _, deadline, _ in self._told.values() if deadline is not None]
        return sorted(deadline - self.elapsed() for deadline in deadlines)

    def pauses(self) -> list[float]:
        """Of ``pending``, those in which nothing is at work: pauses before another try."""
        with self._lock:
            told = self._told.values()
            ends = [deadline for _, deadline, is_pause in told if is_pause and deadline is not None]
        return sorted(end - self.elapsed() for end in ends)

    @contextmanager
    def telling(
        self, moved: Callable[[], None], deadline: float | None = None, *, is_pause: bool = False
    ) -> Iterator[None]:
        """Call ``moved`` whenever the clock is moved, as long as the block lasts.

        Args:
            moved: Called in the thread of whoever moves the clock.
            deadline: What is waited for, by ``elapsed``.
            is_pause: Whether nothing is at work until then.
        """
        key = object()
        with self._lock:
            self._told[key] = (moved, deadline, is_pause)
        try:
            yield
        finally:
            with self._lock:
                del self._told[key]


class Signal:
    """An event that is waited for by the cloud's time."""

    def __init__(self, clock: Clock, *, is_pause: bool = False) -> None:
        self._clock = clock
        self._is_pause = is_pause
        self._condition = threading.Condition()
        self._is_set = False
        self._times_set = 0

    def is_set(self) -> bool:
        return self._is_set

    def set(self) -> None:
        with self._condition:
            self._is_set = True
            self._times_set += 1
            self._condition.notify_all()

    def clear(self) -> None:
        with self._condition:
            self._is_set = False

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is set, be it for a moment; False when ``timeout`` seconds have passed."""
        deadline = None if timeout is None else self._clock.elapsed() + timeout
        telling = self._clock.telling(self._wake, deadline, is_pause=self._is_pause)
        with telling, self._condition:
            before = self._times_set
            while not self._is_set and self._times_set == before:
                left = None if deadline is None else deadline - self._clock.elapsed()
                if left is not None and left <= 0:
                    return False
                self._condition.wait(left)
            return True

    def _wake(self) -> None:
        with self._condition:
            self._condition.notify_all()
