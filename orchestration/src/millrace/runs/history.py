"""What an execution's history tells of its states, as a tree."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from millrace.aws import Aws

Event = dict[str, Any]

_CONTAINERS = ("Parallel", "Map")
_FAILED = ("TaskFailed", "TaskTimedOut", "TaskStartFailed", "TaskSubmitFailed")


@dataclass(slots=True)
class State:
    """One state of one execution, over all of its attempts."""

    name: str
    kind: str
    """As ``Task`` or ``Parallel``."""
    entered_at: datetime
    ended_at: datetime | None = None
    took_s: float = 0.0
    attempts: int = 0
    """How often its task was tried; 0 for states without one."""
    error: str = ""
    cause: str = ""
    """Of the attempt that failed last; kept only while nothing came after it."""
    transitions: int = 0
    resource: str = ""
    """As ``glue startJobRun.sync``."""
    parameters: Any = None
    """What the task was called with."""
    results: list[Any] = field(default_factory=list)
    """What its attempts answered, also those that failed in the service."""
    jobs: list[Any] = field(default_factory=list)
    """What the service answered when a job was submitted: its name or id."""
    below: list[State] = field(default_factory=list)

    def status(self, execution_ended: bool) -> str:
        """SUCCEEDED, FAILED, ABORTED (its neighbour failed) or RUNNING."""
        if self.ended_at is not None:
            return "SUCCEEDED"
        if not execution_ended:
            return "RUNNING"
        failed = self.error or any(one.status(True) == "FAILED" for one in self.below)
        return "FAILED" if failed else "ABORTED"

    def walk(self) -> Iterator[State]:
        """This state and all below it."""
        yield self
        for state in self.below:
            yield from state.walk()


def read_history(aws: Aws, execution_arn: str) -> Iterator[Event]:
    """Every event, oldest first."""
    pages = aws.client("stepfunctions").get_paginator("get_execution_history")
    for page in pages.paginate(executionArn=execution_arn, maxResults=1000):
        yield from page["events"]


def build_tree(events: Iterable[Event]) -> list[State]:
    """The states that were entered, in the order of their first entry.

    An event names the one before it (``previousEventId``), also inside the branches of a Parallel;
    so an event's state is found on the way back (Step Functions API Reference, HistoryEvent).
    """
    tree = _Tree()
    for event in events:
        tree.add(event)
    return tree.top


@dataclass(slots=True)
class _Tree:
    top: list[State] = field(default_factory=list)
    by_name: dict[str, State] = field(default_factory=dict)
    parent: dict[str, State | None] = field(default_factory=dict)
    state_of: dict[int, State | None] = field(default_factory=dict)
    """The state that an event happened in; after a state's end, the one around it."""

    def add(self, event: Event) -> None:
        kind, at = event["type"], event["timestamp"]
        around = self.state_of.get(event.get("previousEventId", 0))
        if kind.endswith("StateEntered"):
            self.state_of[event["id"]] = self._enter(event, around)
            return
        if kind.endswith("StateExited"):
            state = self.by_name[event["stateExitedEventDetails"]["name"]]
            state.took_s += (at - state.entered_at).total_seconds()
            state.ended_at = at
            self.state_of[event["id"]] = self.parent[state.name]
            return
        self.state_of[event["id"]] = around
        if around is not None:
            _note(around, kind, event)

    def _enter(self, event: Event, around: State | None) -> State:
        name = event["stateEnteredEventDetails"]["name"]
        kind = event["type"].removesuffix("StateEntered")
        state = self.by_name.get(name)
        if state is None:
            state = State(name, kind, event["timestamp"])
            # Between states of one branch the event before has been given the state around both.
            inside = around if around is not None and around.kind in _CONTAINERS else None
            self.by_name[name], self.parent[name] = state, inside
            (self.top if inside is None else inside.below).append(state)
        state.transitions += 1
        state.entered_at, state.ended_at = event["timestamp"], None
        return state


def _note(state: State, kind: str, event: Event) -> None:
    details: Any = next((v for k, v in event.items() if k.endswith("EventDetails")), {})
    if kind == "TaskScheduled":
        state.attempts += 1
        state.transitions += state.attempts > 1
        state.resource = f"{details['resourceType']} {details['resource']}"
        state.parameters = json.loads(details.get("parameters") or "null")
        state.error = state.cause = ""
    elif kind == "TaskSubmitted":
        state.jobs.append(json.loads(details.get("output") or "null"))
    elif kind == "TaskSucceeded":
        state.results.append(json.loads(details.get("output") or "null"))
    elif kind in _FAILED:
        state.error, state.cause = details.get("error", ""), details.get("cause", "")
        document = _document(state.cause)
        if document is not None:
            state.results.append(document)


def _document(cause: str) -> Any:
    """The service's answer, which is the cause where a job was run and failed."""
    try:
        document = json.loads(cause)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None
