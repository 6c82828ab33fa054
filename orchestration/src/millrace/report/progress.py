"""One line per change of a running execution."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.text import Text

from millrace.runs import Change
from millrace.runs.following import Step
from millrace_contracts.state import RunState

_NO_COUNTS = ("schema_version",)
BOOKKEEPING = (
    "ReadSpec",
    "TakeTurn",
    "WhoseTurn",
    "LookAtOther",
    "TakeOver",
    "FindPastForecasts",
    "NamePastForecasts",
    "RecordAccuracy",
    "Register",
)
"""States that do nothing of a run's work; where one of them fails, the run's end tells so."""
_SERVICE_OF_STATE = {"Ingest": "ingest", "Etl": "etl", "View": "view"}


class Progress:
    """Prints states as they start and end, with time and counts."""

    def __init__(
        self,
        console: Console,
        state: RunState,
        run_id: str,
        began_at: datetime | None = None,
        label: str = "",
    ) -> None:
        """Of one run; ``label`` tells it from others, whose times begin at ``began_at`` too."""
        self._console = console
        self._state = state
        self._run_id = run_id
        self._began_at = began_at
        self._label = label

    def show(self, change: Change) -> None:
        """Print one change."""
        self._began_at = self._began_at or change.at
        if change.state in BOOKKEEPING:
            return
        line = Text(f"{(change.at - self._began_at).total_seconds():7.1f} s  ", style="dim")
        line.append(self._label)
        if change.step is Step.STARTED:
            line.append("▸ ", style="cyan").append(change.state)
        elif change.step is Step.SUCCEEDED:
            line.append("✓ ", style="green").append(f"{change.state:<14}", style="bold")
            line.append(f"{change.took_s:6.1f} s  ").append(self._counts(change), style="dim")
        else:
            # A failed attempt may be retried or caught: whether the run failed is told at its end.
            line.append("! ", style="yellow").append(f"{change.state:<14}", style="bold")
            line.append(f"{change.took_s:6.1f} s  ").append(change.error, style="yellow")
        self._console.print(line)

    def _counts(self, change: Change) -> str:
        if change.state == "Forecast":
            return describe_counts(_exit_message(change.output))
        if change.state == "Score":
            return describe_scores(change.output["scored"]["told"])
        service = _SERVICE_OF_STATE.get(change.state)
        for stage in self._state.stages(self._run_id) if service else ():
            if stage.stage == service:
                return describe_counts(stage.numbers)
        return ""


def describe_counts(numbers: Any) -> str:
    """``rows_read=7`` as ``7 rows read``; whole numbers only."""
    return " · ".join(
        _count(value, *name.split("_"))
        for name, value in dict(numbers).items()
        if isinstance(value, int) and name not in _NO_COUNTS
    )


def describe_scores(told: Any) -> str:
    """How past forecasts turned out: as ``3 series forecasts · 0.812 of seasonal naive's MASE``."""
    words = [f"{told['series_forecasts']:,} series forecasts"]
    if told["relative_mase"] is not None:
        words.append(f"{told['relative_mase']:.3f} of seasonal naive's MASE")
    if told["training_due"]:
        words.append(told["training_reason"])
    return " · ".join(words)


def _count(value: int, noun: str, *rest: str) -> str:
    if value == 1 and noun != "series":
        noun = noun.removesuffix("s")
    return " ".join((f"{value:,}", noun, *rest))


def _exit_message(output: Any) -> Any:
    """What the forecast container left as its exit message, a ``ForecastReady``."""
    message = (output or {}).get("message")
    return json.loads(message) if message else {}
