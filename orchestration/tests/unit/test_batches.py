from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from millrace.athena import Answer
from millrace.costing import Bill
from millrace.report.batch import Followed, covered_s, show_batch
from millrace.report.progress import Progress
from millrace.report.summary import Summary
from millrace.runs import Change, Outcome, Run, Step
from millrace_contracts.state import MemoryRunState

NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def followed(dataset: str, begin: float, end: float, summary: Summary | None) -> Followed:
    changes = [Change("Etl", Step.STARTED, at(begin)), Change("Etl", Step.SUCCEEDED, at(end))]
    outcome = Outcome("SUCCEEDED", NOON, at(end + 1), "", "", {"Etl": end - begin}, ())
    run = Run(dataset, f"{dataset}-1", "arn")
    return Followed(run, changes if summary else [], outcome, summary)


def shown_by(runs: list[Followed], elapsed_s: float) -> str:
    shown = io.StringIO()
    show_batch(Console(file=shown, width=200), runs, "about $1", "/lake", elapsed_s)
    return shown.getvalue()


@pytest.mark.parametrize(
    ("stretches", "seconds"),
    [
        ([], 0),
        ([(0, 4), (10, 12)], 6),
        ([(2, 5), (0, 4), (1, 3)], 5),
    ],
)
def test_time_that_several_share_counts_once(stretches, seconds):
    assert covered_s((at(begin), at(end)) for begin, end in stretches) == seconds


def test_a_batch_tells_of_each_dataset_and_splits_the_time_of_all():
    etl = {"rows_read": 3, "rows_written": 2, "rows_quarantined": 1}
    view = Answer(("storms_of_the_year",), (("7",),), 0)
    runs = [
        followed("planes", 1, 5, Summary({"etl": etl}, {}, {}, Bill(()))),
        followed("weather", 3, 9, Summary({"etl": etl}, {"refined.storms": view}, {}, Bill(()))),
        followed("airports", 0, 0, None),
    ]

    shown = shown_by(runs, 20)

    assert "planes    3 read = 2 written + 1 quarantined + 0 duplicates dropped" in shown
    assert "airports  nothing new" in shown
    assert "refined.storms" in shown
    rows = [[cell.strip() for cell in line.split("│")] for line in shown.splitlines()]
    assert ["", "weather", "10.0", "6.0", ""] in rows
    assert ["", "command", "20.0", "8.0", ""] in rows
    assert ["", "all the rest", "12.0", "", ""] in rows


def test_a_labelled_change_tells_which_run_it_is_of_and_the_time_of_all():
    shown = io.StringIO()
    console = Console(file=shown, width=200)

    Progress(console, MemoryRunState(), "run", NOON, "planes  ").show(
        Change("Etl", Step.STARTED, at(3))
    )

    assert shown.getvalue().strip() == "3.0 s  planes  ▸ Etl"
