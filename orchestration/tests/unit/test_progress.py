from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from rich.console import Console

from millrace.report.progress import Progress
from millrace.runs import Change
from millrace.runs.following import Step
from millrace_contracts.state import MemoryRunState

SCORED = {
    "scored": {"told": {"series_forecasts": 3, "relative_mase": 0.8124, "training_due": False}}
}
NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (Change("Etl", Step.STARTED, NOON), "▸ Etl"),
        (Change("Etl", Step.ATTEMPT_FAILED, NOON, 3, error="Boom"), "Boom"),
        (Change("Score", Step.SUCCEEDED, NOON, 3, output=SCORED), "3 series forecasts · 0.812 of"),
        (Change("RecordAccuracy", Step.STARTED, NOON), ""),
        (Change("TakeTurn", Step.STARTED, NOON), ""),
        (Change("TakeTurn", Step.ATTEMPT_FAILED, NOON, error="DynamoDB.Conditional…"), ""),
    ],
)
def test_what_does_none_of_a_run_s_work_is_not_shown(change, says):
    shown = io.StringIO()

    Progress(Console(file=shown, width=200), MemoryRunState(), "run").show(change)

    assert (says in shown.getvalue()) if says else shown.getvalue() == ""
