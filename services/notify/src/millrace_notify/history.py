"""What failed, found in an execution's history read backwards. Pure.

Every event names the one before it (``previousEventId``), also inside the branches of a Parallel or
Map state; so the state that failed is the one entered last on the way back from the failure (Step
Functions API Reference, HistoryEvent).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from millrace_notify.failures import MACHINE, Finding

_CONTAINERS = frozenset({"ParallelStateEntered", "MapStateEntered"})
_NOTIFY = "Notify"
"""The state that invokes this service: it fails after what it announces."""
_OF_THE_MACHINE = frozenset({"ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted"})


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """One event of an execution's history."""

    event_id: int
    previous_id: int
    kind: str
    """As ``TaskFailed`` or ``TaskStateEntered``."""
    state: str = ""
    """Name of the state, for events of entering one."""
    error: str = ""
    cause: str = ""


def find_failure(newest_first: Iterable[HistoryEvent], told_error: str) -> Finding | None:
    """The failure that ended the attempt, with the state that it happened in.

    Args:
        newest_first: The history read backwards; it may end early.
        told_error: The error as the state machine told it, so that an earlier failure which was
            retried with success is not taken for the one that ended the attempt.

    Returns:
        None when the history holds no failure of a state.
    """
    events: dict[int, HistoryEvent] = {}
    failures: list[HistoryEvent] = []
    for event in newest_first:
        events[event.event_id] = event
        if _is_failure(event):
            failures.append(event)
    for wanted in (told_error, None):
        for failure in failures:
            stage = _state_of(failure, events)
            if stage not in ("", _NOTIFY) and (wanted is None or failure.error == wanted):
                return Finding(stage, failure.error, failure.cause)
    return None


def machine_failure(error: str, cause: str, status: str) -> Finding:
    """The finding when no state failed."""
    return Finding(MACHINE, error or f"States.{status}", cause)


def _is_failure(event: HistoryEvent) -> bool:
    ends = event.kind.endswith(("Failed", "TimedOut", "Aborted", "StartFailed"))
    # MapRunFailed, ParallelStateFailed and the like only repeat what failed inside.
    repeats = "State" in event.kind or event.kind.startswith("Map")
    return ends and event.kind not in _OF_THE_MACHINE and not repeats


def _state_of(failure: HistoryEvent, events: Mapping[int, HistoryEvent]) -> str:
    event = failure
    while event.previous_id in events:
        event = events[event.previous_id]
        if event.kind.endswith("StateEntered") and event.kind not in _CONTAINERS:
            return event.state
    return ""
