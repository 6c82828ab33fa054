"""What a finished run did, gathered from the deployment itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from millrace.athena import Answer, run_query
from millrace.aws import Aws
from millrace.costing import Bill
from millrace.report.bills import bill_line, bill_of_run
from millrace.report.progress import BOOKKEEPING
from millrace.run_state import open_run_state
from millrace.runs import Outcome, Run

if TYPE_CHECKING:
    from millrace.specs import DeclaredDataset

SPARK_STATE = "Etl"
_ROWS_SHOWN = 5
_QUERIES_AT_ONCE = 4
_LONG_DECIMAL = re.compile(r"-?\d+\.\d{2,}")


@dataclass(frozen=True, slots=True)
class Summary:
    """The facts of one run that succeeded."""

    numbers: Mapping[str, Mapping[str, int]]
    """Counts by stage."""
    samples: Mapping[str, Answer]
    """First rows by table."""
    places: Mapping[str, Path]
    """Folders by zone."""
    bill: Bill

    def gaps(self) -> list[str]:
        """What a run that calls itself complete must not lack; empty when nothing does."""
        etl = self.numbers.get("etl", {})
        accounted = sum(
            etl.get(name, 0)
            for name in ("rows_written", "rows_quarantined", "rows_dropped", "rows_filtered")
        )
        gaps = [f"{table} has no rows" for table, rows in self.samples.items() if not rows.rows]
        if not etl:
            gaps.append("etl recorded no numbers")
        elif etl["rows_read"] != accounted:
            gaps.append(f"{etl['rows_read']:,} rows were read, {accounted:,} are accounted for")
        return gaps


def gather_summary(aws: Aws, run: Run, declared: DeclaredDataset, lake: Path) -> Summary:
    """Ask run state for the counts and Athena for first rows of the views and the forecast.

    Raises:
        QueryFailed: A table that the dataset declares is not there.
    """
    state = open_run_state(aws)
    dataset = run.dataset
    tables = [f"refined.{view.name}" for view in declared.views]
    if declared.spec.forecast is not None:
        tables.append(f"forecast.{dataset}")
    zones = ("landing", "refined", "quarantine", "forecast")
    with ThreadPoolExecutor(_QUERIES_AT_ONCE) as asking:
        samples = dict(zip(tables, asking.map(partial(_first_rows, aws), tables), strict=True))
    return Summary(
        numbers={stage.stage: stage.numbers for stage in state.stages(run.run_id)},
        samples=samples,
        places={
            zone: folder for zone in zones if (folder := lake / aws.bucket(zone) / dataset).is_dir()
        },
        bill=bill_of_run(aws, run.execution_arn),
    )


def show_summary(console: Console, summary: Summary, outcome: Outcome, elapsed_s: float) -> None:
    """Print counts, first rows, places and times; ``elapsed_s`` is what the command took so far."""
    console.print(f"\n[bold]Rows[/]  {describe_rows(summary)}")
    console.print(f"[bold]Files[/] {describe_files(summary)}")
    show_samples(console, summary)
    console.print(f"[bold]Cost[/]  {bill_line(summary.bill)}")
    console.print("[bold]On disk[/]")
    for zone, folder in summary.places.items():
        console.print(f"  {zone:<11}{folder}", soft_wrap=True)
    console.print(_times(outcome, elapsed_s))


def describe_rows(summary: Summary) -> str:
    """What became of every row that was read."""
    etl = summary.numbers.get("etl", {})
    return (
        f"{etl.get('rows_read', 0):,} read = {etl.get('rows_written', 0):,} written"
        f" + {etl.get('rows_quarantined', 0):,} quarantined"
        f" + {etl.get('rows_dropped', 0):,} duplicates dropped"
        f" + {etl.get('rows_filtered', 0):,} filtered"
    )


def describe_files(summary: Summary) -> str:
    """How many files came, and how many were made of them."""
    landed = summary.numbers.get("ingest", {}).get("files_landed", 0)
    written = summary.numbers.get("etl", {}).get("files_written", 0)
    return f"{landed:,} landed, {written:,} written to refined"


def show_samples(console: Console, summary: Summary) -> None:
    """Print first rows of views and forecast."""
    for table, answer in summary.samples.items():
        shown = tuple(tuple(map(_short, row)) for row in answer.rows)
        console.print(render_answer(replace(answer, rows=shown), title=table))


def render_answer(answer: Answer, *, title: str = "") -> Table:
    """Rows as a table; NULL is shown as such."""
    table = Table(title=title or None, title_justify="left", title_style="bold")
    for column in answer.columns:
        table.add_column(column)
    for row in answer.rows:
        table.add_row(*("[dim]NULL[/]" if value is None else escape(value) for value in row))
    return table


def _short(value: str | None) -> str | None:
    """A number with one decimal; everything else as it is."""
    return f"{float(value):,.1f}" if value and _LONG_DECIMAL.fullmatch(value) else value


def _times(outcome: Outcome, elapsed_s: float) -> Table:
    table = Table(title="Time per stage", title_justify="left", title_style="bold")
    table.add_column("state")
    table.add_column("seconds", justify="right")
    for state, took_s in outcome.took_s.items():
        if state not in BOOKKEEPING:
            table.add_row(state, f"{took_s:.1f}")
    spark_s = outcome.took_s.get(SPARK_STATE, 0.0)
    table.add_section()
    table.add_row("execution", f"{outcome.wall_s:.1f}")
    table.add_row("command", f"{elapsed_s:.1f}")
    table.add_row("  of which Spark", f"{spark_s:.1f}")
    table.add_row("  all the rest", f"{elapsed_s - spark_s:.1f}")
    return table


def _first_rows(aws: Aws, table: str) -> Answer:
    return run_query(aws, f"SELECT * FROM {table} LIMIT {_ROWS_SHOWN}")
