"""Where words go: answers to standard output, complaints to standard error."""

from __future__ import annotations

import dataclasses
import json
import sys
from datetime import datetime
from typing import Any

from rich.console import Console

console = Console(highlight=False)
complaints = Console(stderr=True, highlight=False)


def print_json(value: Any) -> None:
    """One JSON document for other programs; moments in ISO 8601, dataclasses as objects."""
    json.dump(value, sys.stdout, indent=2, default=_plain)
    sys.stdout.write("\n")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    return str(value)
