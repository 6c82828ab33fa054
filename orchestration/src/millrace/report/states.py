"""Each dataset's latest runs, with what is known of their causes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from rich.table import Table
from rich.text import Text

from millrace.aws import Aws
from millrace.pausing import paused_because
from millrace.runs import list_runs
from millrace_contracts.state import RunRecord, RunState

_RUNS_SHOWN = 5
_RUNS_READ = 1000
"""A dataset that has no run among so many is shown as run state remembers it."""
_STYLES = {"SUCCEEDED": "green", "FAILED": "red", "RUNNING": "cyan"}


@dataclass(frozen=True, slots=True)
class LatestRun:
    """A run as Step Functions knows it, with the cause that notify found."""

    dataset: str
    run_id: str
    status: str
    started_at: datetime
    ended_at: datetime | None
    redrives: int = 0
    error: str = ""
    cause: str = ""
    paused: str | None = None
    """Why the dataset is paused; None when it is not."""


def latest_runs(aws: Aws, state: RunState, datasets: Sequence[str]) -> list[LatestRun]:
    """The latest runs of each dataset, a dataset after the other."""
    told: dict[str, list[LatestRun]] = {name: [] for name in datasets}
    for run in list_runs(aws, limit=_RUNS_READ):
        if len(told.get(run.dataset, "." * _RUNS_SHOWN)) < _RUNS_SHOWN:
            told[run.dataset].append(
                LatestRun(
                    run.dataset, run.run_id, run.status, run.started_at, run.ended_at, run.redrives
                )
            )
    found: list[LatestRun] = []
    for name in datasets:
        records = {one.run_id: one for one in state.runs(name, limit=2 * _RUNS_SHOWN)}
        runs = told[name] or [_remembered(one) for one in list(records.values())[:_RUNS_SHOWN]]
        paused = paused_because(aws, name)
        found += [_completed(one, records.get(one.run_id), paused) for one in runs]
    return found


def runs_table(runs: Sequence[LatestRun]) -> Table:
    """For people."""
    table = Table("dataset", "run", "status", "started", "seconds", "redriven", "cause")
    before = ""
    for run in runs:
        took_s = (run.ended_at - run.started_at).total_seconds() if run.ended_at else None
        dataset = Text(run.dataset)
        if run.paused is not None and run.dataset != before:
            dataset.append(f" (paused: {run.paused})", style="yellow")
        before = run.dataset
        table.add_row(
            dataset,
            run.run_id,
            Text(run.status, style=_STYLES.get(run.status, "default")),
            f"{run.started_at:%Y-%m-%d %H:%M:%S}",
            "" if took_s is None else f"{took_s:.1f}",
            str(run.redrives or ""),
            Text(run.cause),
        )
    return table


def _remembered(record: RunRecord) -> LatestRun:
    return LatestRun(
        record.dataset, record.run_id, record.status, record.started_at, record.ended_at
    )


def _completed(run: LatestRun, record: RunRecord | None, paused: str | None) -> LatestRun:
    if record is None:
        return replace(run, paused=paused)
    if run.status == "SUCCEEDED":
        status = record.status if record.status == "NOTHING_NEW" else run.status
        return replace(run, status=status, paused=paused)
    return replace(run, error=record.error, cause=record.cause, paused=paused)
