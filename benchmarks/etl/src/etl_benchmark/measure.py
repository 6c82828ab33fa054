"""What one process and its children used."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL

import psutil

_LOOK_EVERY_S = 0.2


@dataclass(frozen=True, slots=True)
class Use:
    """Measured from outside, the same way for every contestant."""

    cpu_s: float
    """User and system time of the process and of every child that it waited for."""
    wall_s: float
    peak_mib: float
    """Largest sum of resident memory of the process tree seen, looked at five times a second."""


class RunFailed(RuntimeError):
    """The contestant ended with an error."""


def measure(
    command: Sequence[str | Path], env: dict[str, str], log: Path, limit_s: float | None = None
) -> Use:
    """Run to the end. Raises RunFailed, also when it takes longer than ``limit_s``."""
    begun = time.monotonic()
    with log.open("wb") as output:
        child = subprocess.Popen(
            command, env=env, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        clock = threading.Timer(limit_s or threading.TIMEOUT_MAX, os.killpg, (child.pid, SIGKILL))
        clock.daemon = True
        clock.start()
        ended = threading.Event()
        peak = [0]
        watcher = threading.Thread(target=_watch, args=(child.pid, ended, peak))
        watcher.start()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        clock.cancel()
        ended.set()
        watcher.join()
    if child.returncode:
        raise RunFailed(f"{command[0]} ended with {child.returncode}: see {log}")
    return Use(used.ru_utime + used.ru_stime, time.monotonic() - begun, peak[0] / 1024**2)


def _watch(pid: int, ended: threading.Event, peak: list[int]) -> None:
    process = psutil.Process(pid)
    while not ended.wait(_LOOK_EVERY_S):
        resident = 0
        try:
            for each in (process, *process.children(recursive=True)):
                resident += each.memory_info().rss
        except psutil.NoSuchProcess:
            continue
        peak[0] = max(peak[0], resident)
