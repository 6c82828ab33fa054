"""What is expected of a dataset's runs: when it is not met, its owner hears of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from millrace_contracts.dataset.part import SpecPart


class Expectations(SpecPart):
    """Checked on a schedule, so that silence is heard."""

    fresh_within_hours: Annotated[float, Field(gt=0, le=8784)] | None = None
    """A run must succeed with new data at least this often; without it, nobody is told."""
    rows_at_least: Annotated[int, Field(ge=0)] = 1
    """Rows that every successful run must have read."""
    usual_rows: bool = True
    """Whether a run that read far more or fewer rows than those before it is told."""
