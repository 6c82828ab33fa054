"""The events of one execution, as GetExecutionHistory answers them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

_ENDS = {f"Execution{how}" for how in ("Succeeded", "Failed", "Aborted", "TimedOut")}
_DATA = ("input", "inputDetails", "output", "outputDetails", "parameters")


class History:
    """An append-only list of events, written by one attempt after the other."""

    tell: Callable[[dict[str, Any]], None] | None = None
    """Called with each event, in order."""
    advance: Callable[[int], None] | None = None
    """Called with the number of events when the progress has changed without one."""
    log: Callable[[dict[str, Any]], None] | None = None
    """Called with each event that is to be seen in a log, in order."""
    _has_end = False
    """Whether the attempt's last event is there, which comes a little before its close."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._events: list[dict[str, Any]] = []
        self._closed = False
        self._attempt = 0

    def attempt(self, is_over: Callable[[], bool] = lambda: False) -> Attempt:
        """What the attempt that begins now writes to.

        Args:
            is_over: Whether its program has ended; a state that fails, too, tells of itself by an
                event that ends executions.
        """
        return Attempt(self, self._attempt, is_over)

    def takes(self, attempt: int) -> bool:
        """Whether the attempt is still under way."""
        return not self._closed and attempt == self._attempt

    def add(
        self,
        attempt: int,
        previous: int,
        event_type: Any,
        event_details: dict[str, Any] | None,
        timestamp: datetime | None,
        *,
        is_end: bool = False,
    ) -> int | None:
        """Append an event and answer its id; None when the attempt has ended."""
        with self._lock:
            if self._has_end or not self.takes(attempt):
                return None
            self._has_end = is_end
            return self._append(event_type, previous, event_details, timestamp)

    def close_with(self, event_type: str, event_details: dict[str, Any]) -> None:
        """Append the last event; what a thread still reports afterwards is too late."""
        with self._lock:
            if not self._closed:
                self._append(event_type, len(self._events), event_details, None)
                self._closed = True

    def close(self) -> None:
        with self._lock:
            self._closed = True

    def reopen_with(self, event_type: str, event_details: dict[str, Any]) -> None:
        """Go on after the end, for a redrive."""
        with self._lock:
            self._closed = self._has_end = False
            self._attempt += 1
            self._append(event_type, len(self._events), event_details, None)

    def __len__(self) -> int:
        return len(self._events)

    def advanced(self, attempt: int) -> None:
        """Take note that the attempt has come further."""
        with self._lock:
            if self.advance and self.takes(attempt):
                self.advance(len(self._events))

    def take_up(self, event: dict[str, Any]) -> bool:
        """Append an event of an earlier run of the cloud; False when it is there already."""
        with self._lock:
            is_new = event["id"] == len(self._events) + 1
            if is_new:
                self._events.append(event)
            return is_new

    def turn(self, *, is_open: bool, attempt: int) -> None:
        """Be as an earlier run of the cloud left it."""
        with self._lock:
            self._closed, self._attempt = not is_open, attempt

    def events(self) -> list[dict[str, Any]]:
        with self._lock:
            return list(self._events)

    def _append(
        self,
        event_type: Any,
        previous: int,
        event_details: dict[str, Any] | None,
        timestamp: datetime | None,
    ) -> int:
        event = {
            **(event_details or {}),
            "id": len(self._events) + 1,
            "previousEventId": previous,
            "type": getattr(event_type, "value", event_type),
            "timestamp": timestamp or datetime.now(UTC),
        }
        self._events.append(event)
        if self.tell:
            self.tell(event)
        if self.log:
            self.log(event)
        return len(self._events)

    def __getstate__(self) -> dict[str, Any]:
        with self._lock:
            events = list(self._events)
            return {
                **self.__dict__,
                "_events": events,
                "_has_end": False,
                "_lock": None,
                "tell": None,
                "advance": None,
                "log": None,
            }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._lock = threading.Lock()


class Attempt:
    """The history as one attempt sees it; what the interpreter calls an event manager.

    A thread that outlives its attempt, as a function's call does, reports too late to be heard.
    """

    def __init__(self, history: History, number: int, is_over: Callable[[], bool]) -> None:
        self._history = history
        self._number = number
        self._is_over = is_over

    @property
    def closed(self) -> bool:
        return not self._history.takes(self._number)

    def advanced(self) -> None:
        """A sequence of states has ended."""
        self._history.advanced(self._number)

    def add_event(
        self,
        context: Any,
        event_type: Any,
        event_details: dict[str, Any] | None = None,
        timestamp: datetime | None = None,
        update_source_event_id: bool = True,
    ) -> int:
        """Append an event and move ``context``; the signature is the interpreter's."""
        event_id = self._history.add(
            self._number,
            context.source_event_id,
            event_type,
            event_details,
            timestamp,
            is_end=getattr(event_type, "value", event_type) in _ENDS and self._is_over(),
        )
        if event_id is None:
            return context.last_published_event_id
        context.last_published_event_id = event_id
        if update_source_event_id:
            context.source_event_id = event_id
        return event_id


def without_data(event: dict[str, Any]) -> dict[str, Any]:
    """The event as ``includeExecutionData=false`` shows it."""
    return {
        name: {key: item for key, item in value.items() if key not in _DATA}
        if isinstance(value, dict)
        else value
        for name, value in event.items()
    }
