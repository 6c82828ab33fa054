"""Executions on Step Functions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from millrace_notify.adapters.aws_errors import aws_errors
from millrace_notify.history import HistoryEvent

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

_PAGE = 500
_PAGES = 10
"""A failure is among the latest events; a longer history is not read to its beginning."""


class StepFunctionsExecutions:
    """Executions by GetExecutionHistory, latest event first."""

    def __init__(self, client: SFNClient) -> None:
        self._client = client

    def history(self, execution_arn: str) -> Iterator[HistoryEvent]:
        arguments: dict[str, Any] = {"executionArn": execution_arn}
        for _ in range(_PAGES):
            with aws_errors():
                page = self._client.get_execution_history(
                    reverseOrder=True, maxResults=_PAGE, **arguments
                )
            for event in page["events"]:
                yield _event(event)
            if not page.get("nextToken"):
                return
            arguments["nextToken"] = page["nextToken"]


def _event(event: Any) -> HistoryEvent:
    # Every event keeps its details under a name of its own, as taskFailedEventDetails.
    details: dict[str, str] = next(
        (value for name, value in event.items() if name.endswith("EventDetails")), {}
    )
    return HistoryEvent(
        event_id=event["id"],
        previous_id=event.get("previousEventId", 0),
        kind=event["type"],
        state=details.get("name", ""),
        error=details.get("error", ""),
        cause=details.get("cause", ""),
    )
