"""Child processes that never outlive the cloud.

Every child leads a process group of its own. A guardian process, told of each group over a pipe,
kills what is left when the pipe closes, and a pipe closes even when the cloud is killed with -9.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Protocol

_GUARDIAN = """
import os, signal, sys
groups = set()
for line in sys.stdin:
    sign, group = line[0], int(line[1:])
    groups.add(group) if sign == "+" else groups.discard(group)
for group in groups:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        pass
"""


class Running(Protocol):
    """What was started, wherever it runs."""

    pid: int

    def poll(self) -> int | None:
        """Exit status; None while it runs."""
        ...

    def wait(self, timeout_s: float | None = None) -> int:
        """Exit status; negative is the signal that ended it.

        Raises:
            subprocess.TimeoutExpired: It still runs after ``timeout_s``.
        """
        ...

    def kill(self) -> None:
        """Kill it and all that it started, as a lost machine would."""
        ...


class Starts(Protocol):
    """Starts programs: as processes, or in containers."""

    def start(
        self,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str],
        cwd: Path,
        stdout: IO[bytes] | int,
    ) -> Running:
        """Start ``command``, standard error joined to ``stdout``."""
        ...


class ChildProcesses:
    """Starts children and ends all of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[Running] = set()
        self._guardian = subprocess.Popen(
            [sys.executable, "-S", "-c", _GUARDIAN],
            stdin=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )

    def start(
        self,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str],
        cwd: Path,
        stdout: IO[bytes] | int,
        stdin: int = subprocess.DEVNULL,
    ) -> Child:
        """Start ``command`` in a new process group, standard error joined to ``stdout``."""
        with self._lock:
            process = subprocess.Popen(
                [str(part) for part in command],
                env=dict(env),
                cwd=cwd,
                stdin=stdin,
                stdout=stdout,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            child = Child(process, self.forget)
            self._add(child)
        return child

    def adopt(self, running: Running) -> None:
        """End this one too, which a child has started as the leader of a process group."""
        with self._lock:
            self._add(running)

    def kill_all(self) -> None:
        """End every child and the guardian."""
        with self._lock:
            running = list(self._running)
        for child in running:
            child.kill()
        with suppress(OSError):
            assert self._guardian.stdin is not None
            self._guardian.stdin.close()
        self._guardian.wait()

    def forget(self, running: Running) -> None:
        """Take note that it has ended."""
        with self._lock:
            if running in self._running:
                self._running.discard(running)
                self._tell(f"-{running.pid}\n")

    def _add(self, running: Running) -> None:
        self._running.add(running)
        self._tell(f"+{running.pid}\n")

    def _tell(self, line: str) -> None:
        assert self._guardian.stdin is not None
        with suppress(OSError):
            self._guardian.stdin.write(line)
            self._guardian.stdin.flush()


class Child:
    """One running child and its process group."""

    def __init__(self, process: subprocess.Popen[bytes], forget: Callable[[Child], None]) -> None:
        self._process = process
        self._forget = forget
        self.pid = process.pid

    @property
    def stdout(self) -> IO[bytes]:
        """The child's output, when it was started with a pipe."""
        assert self._process.stdout is not None
        return self._process.stdout

    def poll(self) -> int | None:
        return self._process.poll()

    def wait(self, timeout_s: float | None = None) -> int:
        """Exit status; negative is the signal that ended it.

        Raises:
            subprocess.TimeoutExpired: It still runs after ``timeout_s``.
        """
        status = self._process.wait(timeout_s)
        self._end_group()
        return status

    def kill(self) -> None:
        """Kill the whole group, as a lost machine would."""
        self._end_group()
        self._process.wait()

    def _end_group(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._forget(self)
