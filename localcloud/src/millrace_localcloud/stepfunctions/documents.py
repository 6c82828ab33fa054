"""The JSON forms in which Step Functions hands on what a service answered."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any


def to_iso8601(moment: datetime) -> str:
    """As the context object and aws-sdk results show it: ``2026-03-01T06:00:00.123Z``.

    Source: Step Functions Developer Guide, "Context object".
    """
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def to_epoch_ms(moment: datetime) -> int:
    """As the results of optimised integrations show it, and the status change events."""
    return round(moment.timestamp() * 1000)


def as_document(value: Any, moment: Callable[[datetime], Any]) -> Any:
    """A boto3 answer as plain JSON values.

    Args:
        value: What boto3 answered.
        moment: Form of a timestamp: ``to_iso8601`` or ``to_epoch_ms``.
    """
    if isinstance(value, Mapping):
        return {
            key: as_document(item, moment)
            for key, item in value.items()
            if key != "ResponseMetadata"
        }
    if isinstance(value, list | tuple | set):
        return [as_document(item, moment) for item in value]
    if isinstance(value, datetime):
        return moment(value)
    if hasattr(value, "read"):
        return _text(value.read())
    return _text(value) if isinstance(value, bytes) else value


def to_json(value: Any) -> str:
    """Compact JSON, as an execution's output and a task's cause are written."""
    return json.dumps(value, separators=(",", ":"))


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return base64.b64encode(body).decode()
