"""What one piece of work costs the process that does it, and how the pieces take turns."""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True, slots=True)
class Use:
    """Measured inside, so that imports and connections stay out."""

    cpu_s: float
    """User and system time of the work alone, of all threads and of children waited for."""
    peak_mib: float
    """Of the whole process, imports included."""


def tell_use(work: Callable[[], object]) -> None:
    """Do the work in this process; print what it used for the parent to read."""
    before_s = _cpu_s()
    work()
    cpu_s = _cpu_s() - before_s
    # Not getrusage's peak: that counts the parent's memory too, from before the exec.
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    if found is None:
        raise OSError("/proc/self/status tells no peak")
    sys.stdout.write("\n" + json.dumps(asdict(Use(cpu_s, int(found[1]) / 1024))) + "\n")


def use_of(module: str, *arguments: str) -> Use:
    """Run a module of this package that tells its use on its last line."""
    command = [sys.executable, "-m", f"ingest_benchmark.{module}", *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Use(**json.loads(done.stdout.splitlines()[-1]))


def take_turns(
    ways: Iterable[str], rounds: int, once: Callable[[str], Use]
) -> dict[str, tuple[float, float]]:
    """Median of the CPU-seconds and largest peak of each way.

    The ways alternate, so that whatever else the machine does meets all of them.
    """
    found: dict[str, list[Use]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, uses in found.items():
            uses.append(once(way))
    return {
        way: (median(use.cpu_s for use in uses), max(use.peak_mib for use in uses))
        for way, uses in found.items()
    }


def _cpu_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
