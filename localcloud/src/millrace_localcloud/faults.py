"""Faults that a person or a test asks for: the cloud breaks the work, the services know nothing."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class Fault:
    """Break the next ``times`` pieces of work whose service and resource name match."""

    service: str
    """``lambda``, ``glue-job``, ``glue-crawler``, ``sagemaker-job``, ``athena-query``."""
    name: str
    """Resource name, as a shell pattern: ``millrace-*-view``."""
    kind: str = "kill"
    """``kill`` ends the worker's process while it works; ``throttle`` refuses the call."""
    times: int | None = None
    """None: until cleared."""


class Faults:
    """The faults waiting to happen."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[tuple[Fault, int]] = []

    def inject(self, fault: Fault) -> None:
        with self._lock:
            self._waiting.append((fault, 0))

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

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
