"""What several runs did that belong together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from rich.console import Console
from rich.table import Table

from millrace.report.summary import (
    SPARK_STATE,
    Summary,
    describe_files,
    describe_rows,
    show_samples,
)
from millrace.runs import Change, Outcome, Run, Step


@dataclass(slots=True)
class Followed:
    """One of the runs, as far as it has come."""

    run: Run
    changes: list[Change] = field(default_factory=list)
    outcome: Outcome | None = None
    summary: Summary | None = None
    """None where nothing new had come, or the run failed."""

    def spark_times(self) -> list[tuple[datetime, datetime]]:
        """When its Spark jobs were asked for, and done."""
        times, began_at = [], None
        for change in self.changes:
            if change.state != SPARK_STATE:
                continue
            if change.step is Step.STARTED:
                began_at = change.at
            elif change.step is Step.SUCCEEDED and began_at is not None:
                times.append((began_at, change.at))
        return times


def show_batch(
    console: Console, runs: Sequence[Followed], cost: str, on_disk: str, elapsed_s: float
) -> None:
    """Print counts, first rows, cost, place and times.

    Args:
        console: Where to.
        runs: In the order in which they were started.
        cost: Of all, in words.
        on_disk: Folder of all tables.
        elapsed_s: What the command took so far.
    """
    console.print("\n[bold]Rows[/]")
    width = max(len(each.run.dataset) for each in runs)
    for each in runs:
        told = "nothing new"
        if each.summary is not None:
            told = f"{describe_rows(each.summary)} · {describe_files(each.summary)}"
        console.print(f"  {each.run.dataset:<{width}}  {told}", soft_wrap=True)
    for each in runs:
        if each.summary is not None:
            show_samples(console, each.summary)
    console.print(f"[bold]Cost[/]  {cost}")
    console.print(f"[bold]On disk[/]  {on_disk}", soft_wrap=True)
    console.print(_times(runs, elapsed_s))


def covered_s(times: Iterable[tuple[datetime, datetime]]) -> float:
    """Seconds in which at least one of several stretches of time lasted."""
    total, until = 0.0, None
    for begin, end in sorted(times):
        if until is None or begin > until:
            total += (end - begin).total_seconds()
            until = end
        elif end > until:
            total += (end - until).total_seconds()
            until = end
    return total


def _times(runs: Sequence[Followed], elapsed_s: float) -> Table:
    table = Table(title="Time per dataset", title_justify="left", title_style="bold")
    table.add_column("dataset")
    table.add_column("seconds", justify="right")
    table.add_column("of which Spark", justify="right")
    for each in runs:
        assert each.outcome is not None
        spark_s = covered_s(each.spark_times())
        table.add_row(each.run.dataset, f"{each.outcome.wall_s:.1f}", f"{spark_s:.1f}")
    spark_s = covered_s(time for each in runs for time in each.spark_times())
    table.add_section()
    table.add_row("command", f"{elapsed_s:.1f}", f"{spark_s:.1f}")
    table.add_row("  all the rest", f"{elapsed_s - spark_s:.1f}", "")
    return table
