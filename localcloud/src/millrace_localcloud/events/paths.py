"""The JSON paths of EventBridge: ``$.detail.object.key``, ``$.resources[0]``. Pure."""

from __future__ import annotations

import re
from typing import Any

_STEP = re.compile(r"\.([\w-]+)|\[(\d+)\]|\['([^']+)'\]")


class PathInvalid(ValueError):
    """Not a path that EventBridge takes, or one with wildcards, which are not done here."""


class Absent(LookupError):
    """The event has nothing at the path."""


def parse_path(path: str) -> list[str | int]:
    """Split a path into names and indices. Raises PathInvalid."""
    steps: list[str | int] = []
    position = 1
    if not path.startswith("$"):
        raise PathInvalid(path)
    while position < len(path):
        step = _STEP.match(path, position)
        if step is None:
            raise PathInvalid(path)
        steps.append(int(step[2]) if step[2] else step[1] or step[3])
        position = step.end()
    return steps


def find(path: str, document: Any) -> Any:
    """The value at ``path``. Raises Absent, PathInvalid."""
    for step in parse_path(path):
        try:
            document = document[step]
        except (KeyError, IndexError, TypeError) as exc:
            raise Absent(path) from exc
    return document
