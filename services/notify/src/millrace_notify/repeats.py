"""Failures that repeat: which get a message of their own. Pure.

A dataset that runs every few minutes and fails every time would bury what else is told. Of failures
alike that follow each other the first four are told, then the 8th, the 16th and so on; each message
names the runs that got none, and so does the one that tells of recovery.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from millrace_contracts.state import RunRecord, RunStatus

_TOLD_EACH = 4
_FORGOTTEN_AFTER = timedelta(days=1)
_VARIES = re.compile(r"\b[0-9a-f]{8,}(?:-[0-9a-f]{4,})*\b|\d+")
"""Ids and numbers: two causes that differ in these only are alike."""


@dataclass(frozen=True, slots=True)
class Repeats:
    """What is known of a dataset's failures in a row."""

    count: int
    """This one included."""
    since: datetime | None = None
    """When the first of them began; None for a first one."""
    untold: tuple[str, ...] = ()
    """Runs since the last message, oldest first."""

    @property
    def is_told(self) -> bool:
        """Whether this failure gets a message of its own."""
        return is_told(self.count)


def is_told(count: int) -> bool:
    """Whether the n-th failure in a row gets a message of its own."""
    return count <= _TOLD_EACH or count & (count - 1) == 0


def find_repeats(newest_first: Iterable[RunRecord], failed: RunRecord) -> Repeats:
    """The failures like ``failed`` that came before it, without a success in between.

    Args:
        newest_first: Runs of the dataset, in any state.
        failed: The run that is told of, with its error and cause.
    """
    alike = _alike(newest_first, failed)
    count = len(alike) + 1
    last_told = next((n for n in range(count - 1, 0, -1) if is_told(n)), 0)
    untold = [run.run_id for run in alike[: count - 1 - last_told]]
    since = alike[-1].started_at if alike else None
    return Repeats(count, since, tuple(reversed(untold)))


def untold_runs(failed: Sequence[RunRecord]) -> tuple[str, ...]:
    """Of failed runs in a row, newest first, those that got no message; oldest first."""
    untold: list[str] = []
    remaining = list(failed)
    while remaining:
        newest, earlier = remaining[0], remaining[1:]
        alike = [newest, *_alike(earlier, newest)]
        told = {len(alike) - n for n in range(1, len(alike) + 1) if is_told(n)}
        untold += [run.run_id for place, run in enumerate(alike) if place not in told]
        remaining = remaining[len(alike) :]
    return tuple(reversed(untold))


def _alike(newest_first: Iterable[RunRecord], failed: RunRecord) -> list[RunRecord]:
    found: list[RunRecord] = []
    later = failed
    for run in newest_first:
        if run.run_id == failed.run_id or run.started_at > failed.started_at:
            continue
        if run.status is RunStatus.RUNNING:
            continue
        if run.status is not RunStatus.FAILED or _print(run) != _print(failed):
            break
        if later.started_at - run.started_at > _FORGOTTEN_AFTER:
            break
        found.append(run)
        later = run
    return found


def _print(run: RunRecord) -> tuple[str, str]:
    return run.error, _VARIES.sub("#", run.cause)
