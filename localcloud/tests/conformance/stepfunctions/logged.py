"""What machines write to a log group."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

ENDS = ("ExecutionSucceeded", "ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut")


@dataclass(frozen=True)
class Logged:
    """A log group, and how a machine is told to write to it."""

    client: Any
    name: str
    arn: str
    level: str
    has_data: bool = True

    @property
    def configuration(self) -> dict[str, Any]:
        return {
            "level": self.level,
            "includeExecutionData": self.has_data,
            "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": self.arn}}],
        }

    def messages(self, execution: str) -> list[dict[str, Any]]:
        """What an execution has written, in the order of its events."""
        pages = self.client.get_paginator("filter_log_events").paginate(logGroupName=self.name)
        written = [json.loads(event["message"]) for page in pages for event in page["events"]]
        found = [one for one in written if one["execution_arn"] == execution]
        return sorted(found, key=lambda message: int(message["id"]))

    def ended(self, execution: str) -> list[dict[str, Any]]:
        """What an execution has written, once its end is among it."""
        messages = self.messages(execution)
        return messages if messages and messages[-1]["type"] in ENDS else []
