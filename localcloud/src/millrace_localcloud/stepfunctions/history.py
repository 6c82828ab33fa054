"""The events of one execution, as GetExecutionHistory answers them."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

_DATA = ("input", "inputDetails", "output", "outputDetails", "parameters")


class History:
    """An append-only list of events; what the interpreter calls an event manager."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._events: list[dict[str, Any]] = []
        self._closed = False

    def add_event(
        self,
        context: Any,
        event_type: Any,
        event_details: dict[str, Any] | None = None,
        timestamp: datetime | None = None,
        update_source_event_id: bool = True,
    ) -> int:
        """Append an event unless the execution has ended; the signature is the interpreter's."""
        with self._lock:
            if self._closed:
                return context.last_published_event_id
            event = self._append(event_type, context.source_event_id, event_details, timestamp)
            context.last_published_event_id = event
            if update_source_event_id:
                context.source_event_id = event
            return event

    def close_with(self, event_type: str, event_details: dict[str, Any]) -> None:
        """Append the last event; what a thread still reports afterwards is too late."""
        with self._lock:
            if not self._closed:
                self._append(event_type, len(self._events), event_details, None)
                self._closed = True

    @property
    def closed(self) -> bool:
        return self._closed

    def close(self) -> None:
        with self._lock:
            self._closed = True

    def reopen_with(self, event_type: str, event_details: dict[str, Any]) -> None:
        """Go on after the end, for a redrive."""
        with self._lock:
            self._closed = False
            self._append(event_type, len(self._events), event_details, None)

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
        return len(self._events)

    def __getstate__(self) -> dict[str, Any]:
        return {"_events": self.events(), "_closed": self._closed}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._lock = threading.Lock()


def without_data(event: dict[str, Any]) -> dict[str, Any]:
    """The event as ``includeExecutionData=false`` shows it."""
    return {
        name: {key: item for key, item in value.items() if key not in _DATA}
        if isinstance(value, dict)
        else value
        for name, value in event.items()
    }
