"""Event invocations: queued, retried, and what is left of them sent to a destination.

Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation" and
"Capturing records of Lambda asynchronous invocations".
"""

from __future__ import annotations

import json
import logging
import threading
import time
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from queue import SimpleQueue
from typing import Any

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.events.delivery import Undeliverable, deliver
from millrace_localcloud.functions.invoker import Invoker, Throttled
from millrace_localcloud.functions.launch import FunctionUnrunnable
from millrace_localcloud.functions.worker import Outcome

CONCURRENCY = 8
"""Event invocations that run at once: a burst of events must not take the machine."""
RETRY_AFTER_S = (1.0, 2.0)
"""AWS waits one minute, then two."""
_MAX_ATTEMPTS = 2
_MAX_AGE_S = 21600

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Event:
    function: Any
    payload: bytes
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    queued_at: float = field(default_factory=time.monotonic)
    attempts: int = 0
    """Times that the function ran; being throttled is none."""


class EventInvocations:
    """The queue between those who publish events and the functions."""

    def __init__(self, cloud: Cloud, invoker: Invoker) -> None:
        self._cloud = cloud
        self._invoker = invoker
        self._queue: SimpleQueue[_Event] = SimpleQueue()
        for number in range(CONCURRENCY):
            threading.Thread(target=self._work, name=f"lambda-event-{number}", daemon=True).start()

    def submit(self, function: Any, payload: bytes) -> str:
        """Queue one event; answers its request id."""
        event = _Event(function, payload)
        self._queue.put(event)
        return event.request_id

    def _work(self) -> None:
        while True:
            event = self._queue.get()
            try:
                self._attempt(event)
            except Exception:
                # The thread serves every function: one faulty event must not end it.
                _log.exception("event %s of %s", event.request_id, event.function.function_name)

    def _attempt(self, event: _Event) -> None:
        config = _invoke_config(event.function)
        try:
            outcome = self._invoker.invoke(
                event.function, event.payload, request_id=event.request_id
            )
        except Throttled:
            if _too_old(event, config):
                return self._give_up(event, config, "EventAgeExceeded", None)
            return self._again(event, RETRY_AFTER_S[0])
        except FunctionUnrunnable as exc:
            _log.error("%s: %s", event.function.function_name, exc)
            return self._give_up(event, config, "RetriesExhausted", None)
        event = replace(event, attempts=event.attempts + 1)
        if not outcome.failed:
            return self._record(event, config, "OnSuccess", "Success", outcome)
        if event.attempts <= config.get("MaximumRetryAttempts", _MAX_ATTEMPTS):
            return self._again(event, RETRY_AFTER_S[event.attempts - 1])
        return self._give_up(event, config, "RetriesExhausted", outcome)

    def _again(self, event: _Event, after_s: float) -> None:
        timer = threading.Timer(after_s, self._queue.put, (event,))
        timer.daemon = True
        timer.start()

    def _give_up(
        self, event: _Event, config: dict[str, Any], condition: str, outcome: Outcome | None
    ) -> None:
        dead_letters = (getattr(event.function, "dead_letter_config", None) or {}).get("TargetArn")
        if dead_letters:
            message = _error_message(outcome)
            self._deliver(
                dead_letters,
                event.payload.decode(),
                {"RequestID": event.request_id, "ErrorCode": "200", "ErrorMessage": message[:1024]},
            )
        self._record(event, config, "OnFailure", condition, outcome)

    def _record(
        self,
        event: _Event,
        config: dict[str, Any],
        destination: str,
        condition: str,
        outcome: Outcome | None,
    ) -> None:
        arn = config.get("DestinationConfig", {}).get(destination, {}).get("Destination")
        if arn:
            record = describe_invocation(event, condition, outcome)
            self._deliver(arn, json.dumps(record), {})

    def _deliver(self, arn: str, payload: str, attributes: dict[str, str]) -> None:
        try:
            deliver(self._cloud, arn, payload, attributes=attributes)
        except Undeliverable:
            _log.exception("the record of an event invocation is lost")


def describe_invocation(event: _Event, condition: str, outcome: Outcome | None) -> dict[str, Any]:
    """The record that a destination gets about one event invocation."""
    function = event.function
    record: dict[str, Any] = {
        "version": "1.0",
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "requestContext": {
            "requestId": event.request_id,
            "functionArn": f"{function.function_arn}:{function.version}",
            "condition": condition,
            "approximateInvokeCount": event.attempts,
        },
        "requestPayload": json.loads(event.payload),
    }
    if outcome is not None:
        context: dict[str, Any] = {"statusCode": 200, "executedVersion": str(function.version)}
        if outcome.failed:
            context["functionError"] = "Unhandled"
        record["responseContext"] = context
        record["responsePayload"] = json.loads(outcome.payload)
    return record


def _invoke_config(function: Any) -> dict[str, Any]:
    stored = function.event_invoke_config
    return stored[-1].config if stored else {}


def _too_old(event: _Event, config: dict[str, Any]) -> bool:
    age_s = time.monotonic() - event.queued_at
    return age_s > config.get("MaximumEventAgeInSeconds", _MAX_AGE_S)


def _error_message(outcome: Outcome | None) -> str:
    return "" if outcome is None else str(json.loads(outcome.payload).get("errorMessage", ""))
