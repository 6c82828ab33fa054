"""Runs as run state remembers them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.console import Console
from rich.table import Table

from millrace_contracts.state import RunState

_RUNS_SHOWN = 5
_STYLES = {"SUCCEEDED": "green", "FAILED": "red", "RUNNING": "cyan"}


def show_runs(console: Console, state: RunState, datasets: Sequence[str]) -> None:
    """The latest runs of each dataset."""
    table = Table("dataset", "run", "status", "started", "seconds", "cause")
    for dataset in datasets:
        for run in state.runs(dataset, limit=_RUNS_SHOWN):
            table.add_row(
                dataset,
                run.run_id,
                _styled(run.status),
                f"{run.started_at:%Y-%m-%d %H:%M:%S}",
                _seconds(run.started_at, run.ended_at),
                run.cause,
            )
    console.print(table)


def _styled(status: str) -> str:
    return f"[{_STYLES.get(status, 'default')}]{status}[/]"


def _seconds(started_at: datetime, ended_at: datetime | None) -> str:
    return "" if ended_at is None else f"{(ended_at - started_at).total_seconds():.1f}"
