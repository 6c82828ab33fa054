"""Runs of distributed Maps that are no longer under way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class EndedMapRun:
    """What the interpreter's record of a map run answered when it was saved."""

    described: dict[str, Any]
    listed: dict[str, Any]

    def describe(self) -> dict[str, Any]:
        return self.described

    def list_item(self) -> dict[str, Any]:
        return self.listed


def as_ended(run: Any) -> EndedMapRun:
    """A map run's answers without its locks."""
    described = {**run.describe()}
    if described["status"] == "RUNNING":
        described["status"] = "ABORTED"
    described["status"] = str(getattr(described["status"], "value", described["status"]))
    return EndedMapRun(described, {**run.list_item()})
