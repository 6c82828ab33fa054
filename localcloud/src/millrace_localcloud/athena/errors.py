"""What a query fails with, in Athena's words.

``StateChangeReason`` is ``CODE: line l:c: text``; ``AthenaError.ErrorCategory`` is 1 for a fault of
the system and 2 for one of the user (Athena user guide, "Athena error catalog").
"""

from __future__ import annotations

from dataclasses import dataclass

SYSTEM = 1
USER = 2


@dataclass(frozen=True)
class Position:
    """1-based line and column in the statement as it was sent."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"line {self.line}:{self.column}"


class QueryFailed(Exception):
    """The query ends FAILED with this reason."""

    def __init__(
        self, code: str, text: str, at: Position | None = None, category: int = USER
    ) -> None:
        super().__init__(f"{code}: {at}: {text}" if at else f"{code}: {text}")
        self.code = code
        self.category = category


class QueryStopped(Exception):
    """StopQueryExecution ended the query."""


def not_supported(what: str, at: Position | None = None) -> QueryFailed:
    """Refusal by name of what AWS may do and this cloud does not."""
    return QueryFailed("NOT_SUPPORTED", f"the local cloud does not support {what}", at)
