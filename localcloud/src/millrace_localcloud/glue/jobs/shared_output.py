"""The output of a process that serves many runs: each run's share goes to the run's own file."""

from __future__ import annotations

import os
import threading

from millrace_localcloud.processes import Child


class SharedOutput:
    """Copies what a child writes to the file of the run that has it."""

    def __init__(self, child: Child) -> None:
        self._child = child
        self._changed = threading.Condition()
        self._sink: int | None = None
        self._awaited: bytes | None = None
        self._rest: bytes | None = None
        self._ended = False
        self._pump = threading.Thread(target=self._copy, name=f"output-{child.pid}", daemon=True)
        self._pump.start()

    def to(self, descriptor: int, last_line: str) -> None:
        """Let output go to this file from now on; its last line will hold ``last_line``."""
        with self._changed:
            self._sink, self._awaited, self._rest = descriptor, last_line.encode(), None

    def rest(self, timeout_s: float | None = None) -> str | None:
        """Let further output go nowhere, once the last line is seen; answers what follows on it.

        None tells that it did not come in time, or that the child has ended without it.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._ended or self._rest is not None, timeout_s)
            self._sink = None
            return None if self._rest is None else self._rest.decode()

    def join(self, timeout_s: float) -> None:
        """Wait until everything is copied of a child that has ended."""
        self._pump.join(timeout_s)

    def _copy(self) -> None:
        for line in self._child.stdout:
            with self._changed:
                told = line
                if self._awaited and self._awaited in line:
                    told, _, rest = line.partition(self._awaited)
                    self._rest = rest.rstrip(b"\n")
                    self._changed.notify_all()
                if self._sink is not None:
                    os.write(self._sink, told)
        with self._changed:
            self._ended = True
            self._changed.notify_all()
