"""What DescribeMapRun answers of a distributed Map's run, which a redrive goes on with.

Source: Step Functions Developer Guide, "Redriving Map Runs in Step Functions executions": a run
that is redriven keeps its ARN, and its history says MapRunRedriven.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from moto.core.utils import iso_8601_datetime_with_milliseconds
from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.state.exec.state_map import state_map
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.itemprocessor import (
    map_run_record,
)
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager

from millrace_localcloud.seams import replace_attribute

_ENDS = ("succeeded", "failed", "aborted", "timedOut")


class MapRun(map_run_record.MapRunRecord):
    """A run, which may have been redriven."""

    redrive_count = 0
    redrive_date: datetime | None = None

    def go_on_from(self, earlier: Any, arn: str) -> None:
        """Be the run of this ARN once more."""
        described = earlier.describe()
        self.map_run_arn = arn
        self.redrive_count = described["redriveCount"] + 1
        self.redrive_date = datetime.now(UTC)
        self._first_start = described["startDate"]

    def count_earlier(self, items: int) -> None:
        """Count a child execution that had succeeded before the redrive."""
        for counter, count in ((self.item_counter, items), (self.execution_counter, 1)):
            for name in ("total", "succeeded", "results_written"):
                getattr(counter, name).count(count)

    def describe(self) -> dict[str, Any]:
        described = {**super().describe(), "redriveCount": self.redrive_count}
        counts = described["executionCounts"]
        # moto counts a child execution that failed as running for ever.
        counts["running"] = counts["total"] - sum(counts[end] for end in _ENDS)
        if self.redrive_date:
            described["redriveDate"] = iso_8601_datetime_with_milliseconds(self.redrive_date)
            described["startDate"] = self._first_start
        return described

    def list_item(self) -> dict[str, Any]:
        listed = super().list_item()
        return {**listed, "startDate": self._first_start} if self.redrive_date else listed


class ChildEvents(EventManager):
    """Events of child executions, which are no part of the history of their parent."""

    def __init__(self, parent: Any) -> None:
        super().__init__()
        self._parent = parent

    @property
    def closed(self) -> bool:
        return bool(self._parent.closed)

    def advanced(self) -> None:
        """A child has ended, which its parent's redrive must know."""
        self._parent.advanced()


class RedrivenEvents:
    """The history of an execution whose Map's run goes on."""

    def __init__(self, history: Any, run: MapRun) -> None:
        self._history = history
        self._run = run

    def __getattr__(self, name: str) -> Any:
        return getattr(self._history, name)

    def add_event(
        self, context: Any, event_type: Any, event_details: Any = None, **others: Any
    ) -> Any:
        """Append an event, of which MapRunStarted is now MapRunRedriven."""
        if event_type == HistoryEventType.MapRunStarted:
            event_type = "MapRunRedriven"
            event_details = {
                "mapRunRedrivenEventDetails": {
                    "mapRunArn": self._run.map_run_arn,
                    "redriveCount": self._run.redrive_count,
                }
            }
        return self._history.add_event(context, event_type, event_details, **others)


def install() -> None:
    """Replace the record that a Map state makes of its run."""
    replace_attribute(state_map, "MapRunRecord", MapRun)
