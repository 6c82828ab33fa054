"""Faults that a person or a test asks for: the cloud breaks the work, the services know nothing."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from fnmatch import fnmatchcase

_KINDS = ("kill", "hang", "throttle", "refuse")


@dataclass(frozen=True, slots=True)
class Fault:
    """Break the next ``times`` pieces of work whose service and resource name match."""

    service: str
    """``lambda``, ``glue-job``, ``glue-crawler``, ``sagemaker-job``; ``api`` for any call,
    ``states-api`` for those that a state machine makes."""
    name: str
    """Resource name, as a shell pattern: ``millrace-*-view``. For a call its target, as
    ``AWSGlue.StartJobRun``; where it has none, service and action of a form, as ``sns.Publish``, or
    method and path, as ``GET /bucket/key``."""
    kind: str = "kill"
    """``kill`` ends the worker's process while it works; ``hang`` lets nobody hear of its end, so
    that it takes as long as it may, and keeps a call (``api``) until the faults are cleared;
    ``throttle`` answers a call (``lambda``, ``api``) that there are too many; ``refuse`` answers
    one (``api``) that it is not allowed."""
    times: int | None = None
    """None: until cleared."""

    def __post_init__(self) -> None:
        if self.kind not in _KINDS:
            raise ValueError(f"a fault of kind {self.kind!r}; known: {', '.join(_KINDS)}")


class Faults:
    """The faults waiting to happen."""

    def __init__(self) -> None:
        self._lock = threading.Condition()
        self._waiting: list[tuple[Fault, int]] = []
        self._times_cleared = 0

    def inject(self, fault: Fault) -> None:
        with self._lock:
            self._waiting.append((fault, 0))

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()
            self._times_cleared += 1
            self._lock.notify_all()

    def await_clearing(self) -> None:
        """Return when the faults are next cleared."""
        with self._lock:
            before = self._times_cleared
            self._lock.wait_for(lambda: self._times_cleared > before)

    def take(self, service: str, name: str) -> Fault | None:
        """The fault that this piece of work meets, counted as used; None when it may go on."""
        with self._lock:
            for index, (fault, used) in enumerate(self._waiting):
                if fault.service == service and fnmatchcase(name, fault.name):
                    if fault.times is not None and used + 1 >= fault.times:
                        del self._waiting[index]
                    else:
                        self._waiting[index] = (fault, used + 1)
                    return fault
        return None
