"""What executions do, in CloudWatch Logs, where the machine's LoggingConfiguration wants it.

Source: Step Functions Developer Guide, "Using CloudWatch Logs to log execution history".
"""

from __future__ import annotations

import json
import logging
import queue
import threading
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.stepfunctions.documents import to_epoch_ms
from millrace_localcloud.stepfunctions.errors import InvalidLoggingConfiguration
from millrace_localcloud.stepfunctions.history import without_data

_LOG = logging.getLogger(__name__)
_FATAL = ("ExecutionAborted", "ExecutionFailed", "ExecutionTimedOut")
_ERRORS = ("Aborted", "Failed", "TimedOut")
_BATCH = 500
_INVALID = "Invalid Logging Configuration: "


class ExecutionLogs:
    """Puts events of histories into log groups, in order, off the executions' threads."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._waiting: queue.SimpleQueue[tuple[str, str, dict[str, Any]]] = queue.SimpleQueue()
        threading.Thread(target=self._put_all, name="execution-logs", daemon=True).start()

    def check(self, configuration: dict[str, Any] | None) -> None:
        """Raises InvalidLoggingConfiguration: there is no one group to write to."""
        if not configuration or configuration.get("level", "OFF") == "OFF":
            return
        if len(configuration.get("destinations") or ()) != 1:
            raise InvalidLoggingConfiguration(
                f"{_INVALID}Must specify exactly one Log Destination."
            )
        group = _group_of(configuration)
        found = self._cloud.client("logs").describe_log_groups(logGroupNamePrefix=group)
        if group not in [one["logGroupName"] for one in found["logGroups"]]:
            raise InvalidLoggingConfiguration(f"{_INVALID}Log Destination not found.")

    def writer(self, execution: Any) -> Callable[[dict[str, Any]], None] | None:
        """What to call with each event of an execution; None if its machine logs nothing."""
        configuration = execution.machine.get("loggingConfiguration") or {}
        level = configuration.get("level", "OFF")
        if level == "OFF":
            return None
        group = _group_of(configuration)
        started = execution.start_date
        stream = f"states/{execution.machine['name']}/{started:%Y-%m-%d-%H-%M}/{execution.name}"
        has_data = bool(configuration.get("includeExecutionData"))

        def write(event: dict[str, Any]) -> None:
            if is_logged(event["type"], level):
                self._waiting.put((group, stream, _entry(execution, event, has_data=has_data)))

        return write

    def _put_all(self) -> None:
        while True:
            entries: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
            group, stream, entry = self._waiting.get()
            entries[group, stream].append(entry)
            with suppress(queue.Empty):
                for _ in range(_BATCH):
                    group, stream, entry = self._waiting.get_nowait()
                    entries[group, stream].append(entry)
            for (group, stream), events in entries.items():
                try:
                    self._put(group, stream, events)
                except Exception:
                    # A group that is gone must not end the thread that serves the others.
                    _LOG.exception("%d events are not in %s of %s", len(events), stream, group)

    def _put(self, group: str, stream: str, events: list[dict[str, Any]]) -> None:
        logs = self._cloud.client("logs")
        with suppress(logs.exceptions.ResourceAlreadyExistsException):
            logs.create_log_stream(logGroupName=group, logStreamName=stream)
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)


def is_logged(event_type: str, level: str) -> bool:
    """Whether events of a type are written at a level.

    Source: Step Functions Developer Guide, "Log levels for Step Functions execution events".
    """
    if level == "ERROR":
        return event_type.endswith(_ERRORS) or event_type == "FailStateEntered"
    return level == "ALL" or event_type in _FATAL


def _group_of(configuration: dict[str, Any]) -> str:
    arn: str = configuration["destinations"][0]["cloudWatchLogsLogGroup"]["logGroupArn"]
    return arn.split(":log-group:", 1)[-1].removesuffix(":*")


def _entry(execution: Any, event: dict[str, Any], *, has_data: bool) -> dict[str, Any]:
    happened_at = to_epoch_ms(event["timestamp"])
    shown = event if has_data else without_data(event)
    message = {
        "id": str(event["id"]),
        "type": event["type"],
        "details": next((one for one in shown.values() if isinstance(one, dict)), {}),
        "previous_event_id": str(event["previousEventId"]),
        "event_timestamp": str(happened_at),
        "execution_arn": execution.execution_arn,
        "redrive_count": str(execution.redrive_count),
    }
    return {"timestamp": happened_at, "message": json.dumps(message, default=str)}
