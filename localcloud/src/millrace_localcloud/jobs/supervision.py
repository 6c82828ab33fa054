"""Wait for the children of one job until they end, or until something ends them."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from queue import Empty, SimpleQueue

from millrace_localcloud.clock import Clock
from millrace_localcloud.processes import Running


class Reason(Enum):
    """Why a job's children are no longer running."""

    EXITED = "exited"
    TIMED_OUT = "timed out"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Ending:
    """How a job ended."""

    reason: Reason
    status: int = 0
    """Exit status of the first child that failed; negative is the signal that ended it."""


class _Moved:
    """The clock was moved: look at the time again."""


@dataclass(frozen=True, slots=True)
class _Driven:
    error: Exception | None


class Supervisor:
    """Watches the children of one job; ``stop`` may be called from any thread, at any time."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or Clock()
        self._events: SimpleQueue[_Event] = SimpleQueue()
        self.stopping = False

    def stop(self) -> None:
        """End the job. Its ``watch`` answers STOPPED, now or once it begins."""
        self.stopping = True
        self._events.put(None)

    def driven(self, error: Exception | None = None) -> None:
        """End children that serve: all was asked of them, or asking failed with ``error``."""
        self._events.put(_Driven(error))

    def watch(
        self,
        children: Sequence[Running],
        *,
        limit_s: float | None,
        kill_after_s: float | None = None,
        hangs: bool = False,
    ) -> Ending:
        """Wait for all the children; the first failure ends the others, as a job is one whole.

        Args:
            children: One per instance.
            limit_s: They are killed when they run longer, by the clock; None for no limit.
            kill_after_s: Kill them then, as a lost machine would; None for a machine that lives.
            hangs: Nobody hears of their end, so that the job lasts until its limit or ``stop``.

        Raises:
            Exception: What ``driven`` was told.
        """
        for child in children if not hangs else ():
            threading.Thread(
                target=self._report, args=(child,), name=f"wait-{child.pid}", daemon=True
            ).start()
        try:
            deadline = None if limit_s is None else self._clock.elapsed() + limit_s
            with self._clock.telling(lambda: self._events.put(_Moved()), deadline):
                return self._ending(children, limit_s, kill_after_s)
        finally:
            for child in children:
                child.kill()

    def _report(self, child: Running) -> None:
        self._events.put(child.wait())

    def _ending(
        self, children: Sequence[Running], limit_s: float | None, kill_after_s: float | None
    ) -> Ending:
        begun = self._clock.elapsed()
        left = len(children)
        while left:
            wait_s = min((s for s in (limit_s, kill_after_s) if s is not None), default=None)
            left_s = None if wait_s is None else max(0.0, begun + wait_s - self._clock.elapsed())
            try:
                event = self._events.get(timeout=left_s)
            except Empty:
                if wait_s != kill_after_s:
                    return Ending(Reason.TIMED_OUT)
                kill_after_s = None
                for child in children:
                    child.kill()
                continue
            if isinstance(event, _Moved):
                continue
            ending = _ending_of(event)
            if ending:
                return ending
            left -= 1
        return Ending(Reason.EXITED)


_Event = int | _Driven | _Moved | None


def _ending_of(event: int | _Driven | None) -> Ending | None:
    """What an event makes of the job; None when it goes on."""
    if event is None:
        return Ending(Reason.STOPPED)
    if isinstance(event, _Driven):
        if event.error:
            raise event.error
        return Ending(Reason.EXITED)
    return Ending(Reason.EXITED, event) if event else None
