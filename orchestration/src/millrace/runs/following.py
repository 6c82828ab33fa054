"""Follow an execution by its history, as it grows."""

from __future__ import annotations

import json
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from millrace.aws import Aws
from millrace.errors import CloudUnavailable

POLL_S = 0.2
_NEWEST = 2
"""Events that are asked for at first: mostly none has come since the last look."""
_MOST = 1000
_ENDS = ("ExecutionSucceeded", "ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut")

Event = dict[str, Any]


class Step(StrEnum):
    """What happened to a task state."""

    STARTED = "started"
    SUCCEEDED = "succeeded"
    ATTEMPT_FAILED = "attempt failed"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one task state."""

    state: str
    step: Step
    at: datetime
    took_s: float = 0.0
    """Since the state started."""
    output: Any = None
    """The state's output, when it succeeded."""
    error: str = ""
    """Error name, when an attempt failed."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an execution ended."""

    status: str
    started_at: datetime
    ended_at: datetime
    error: str
    cause: str
    took_s: dict[str, float]
    """Seconds per task state that succeeded, in the order in which they ended."""
    failed: tuple[str, ...]
    """Task states that started and did not succeed."""

    @property
    def wall_s(self) -> float:
        return (self.ended_at - self.started_at).total_seconds()


@dataclass(slots=True)
class _Seen:
    """What the history has told so far."""

    by_id: dict[int, Event] = field(default_factory=dict)
    open: dict[str, datetime] = field(default_factory=dict)
    took_s: dict[str, float] = field(default_factory=dict)

    def add(self, event: Event) -> Change | None:
        """The change that a new event tells; None when it is none of a task state's."""
        self.by_id[event["id"]] = event
        kind, at = event["type"], event["timestamp"]
        if kind == "TaskStateEntered":
            name = event["stateEnteredEventDetails"]["name"]
            self.open[name] = at
            return Change(name, Step.STARTED, at)
        if kind == "TaskStateExited":
            details = event["stateExitedEventDetails"]
            name = details["name"]
            took_s = (at - self.open.pop(name)).total_seconds()
            self.took_s[name] = self.took_s.get(name, 0.0) + took_s
            output = json.loads(details.get("output") or "null")
            return Change(name, Step.SUCCEEDED, at, took_s, output)
        if kind in ("TaskFailed", "TaskTimedOut"):
            details = event.get("taskFailedEventDetails") or event.get("taskTimedOutEventDetails")
            name = self._state_of(event)
            took_s = (at - self.open[name]).total_seconds() if name in self.open else 0.0
            return Change(
                name, Step.ATTEMPT_FAILED, at, took_s, error=(details or {}).get("error", "")
            )
        return None

    def _state_of(self, event: Event) -> str:
        """Name of the task state that an event belongs to, by the chain of previous events."""
        while event["type"] != "TaskStateEntered":
            event = self.by_id[event["previousEventId"]]
        return str(event["stateEnteredEventDetails"]["name"])


class Tail:
    """The events of an execution, as they come."""

    def __init__(self, aws: Aws, execution_arn: str) -> None:
        self._stepfunctions = aws.client("stepfunctions")
        self._execution_arn = execution_arn
        self._seen: set[int] = set()
        self._last = ""

    @property
    def ended(self) -> bool:
        """Whether the newest event that was seen is an end; a redrive goes on behind it."""
        return self._last in _ENDS

    def look(self) -> list[Event]:
        """Those that are not seen, oldest first; read from the newest back to one that is."""
        arguments = {
            "executionArn": self._execution_arn,
            "reverseOrder": True,
            "maxResults": _NEWEST,
        }
        found: dict[int, Event] = {}
        while True:
            page = self._stepfunctions.get_execution_history(**arguments)
            new = {event["id"]: event for event in page["events"] if event["id"] not in self._seen}
            found |= new
            if len(new) < len(page["events"]) or not page.get("nextToken"):
                break
            arguments |= {"nextToken": page["nextToken"], "maxResults": _MOST}
        events = [found[number] for number in sorted(found)]
        self._seen |= found.keys()
        self._last = events[-1]["type"] if events else self._last
        return events


class Watch:
    """An execution that is looked at again and again."""

    def __init__(self, aws: Aws, execution_arn: str, since: datetime | None = None) -> None:
        """Of changes before ``since``, as those before a redrive, nothing is told."""
        self._stepfunctions = aws.client("stepfunctions")
        self._execution_arn = execution_arn
        self._tail = Tail(aws, execution_arn)
        self._since = since
        self._seen = _Seen()
        self.outcome: Outcome | None = None
        """How it ended, once it has."""

    def look(self) -> list[Change]:
        """What has changed since the last look.

        Raises:
            CloudUnavailable: The cloud went away meanwhile.
        """
        changes = [
            change
            for event in self._tail.look()
            if (change := self._seen.add(event)) is not None
            and (self._since is None or change.at >= self._since)
        ]
        if self._tail.ended:
            self.outcome = self._find_outcome()
        return changes

    def _find_outcome(self) -> Outcome | None:
        execution = self._stepfunctions.describe_execution(executionArn=self._execution_arn)
        if execution["status"] == "RUNNING":
            return None
        if "stopDate" not in execution:
            raise CloudUnavailable(f"{self._execution_arn} ended without a time")
        return Outcome(
            status=execution["status"],
            started_at=execution["startDate"],
            ended_at=execution["stopDate"],
            error=execution.get("error", ""),
            cause=execution.get("cause", ""),
            took_s=self._seen.took_s,
            failed=tuple(self._seen.open),
        )


def follow(
    aws: Aws, execution_arn: str, since: datetime | None = None
) -> Generator[Change, None, Outcome]:
    """Yield every change until the execution has ended; return how it ended.

    Args:
        aws: Where.
        execution_arn: Which.
        since: Changes before are not told, as those before a redrive.

    Raises:
        CloudUnavailable: The cloud went away meanwhile.
    """
    watch = Watch(aws, execution_arn, since)
    while True:
        yield from watch.look()
        if watch.outcome is not None:
            return watch.outcome
        time.sleep(POLL_S)
