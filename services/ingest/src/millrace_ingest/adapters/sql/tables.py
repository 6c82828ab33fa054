"""What the SQL feed needs of a database, and how values of its order are kept as text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

import pyarrow as pa

from millrace_contracts.dataset import SqlSource
from millrace_contracts.state import LIVE, Extraction


@dataclass(frozen=True, slots=True)
class Span:
    """Rows of an extraction that come after a row."""

    order: tuple[str, ...]
    """The incremental column, if there is one, and the key."""
    after: tuple[str, ...]
    """That row's values in this order, as text; empty for the beginning."""
    column: str
    """The incremental one; empty without."""
    bounded: str
    """The column that ``until`` bounds: the incremental one, else the first of the key."""
    since: str
    until: str
    is_live: bool
    """(since - overlap, until] when live, [since, until) when a window; an empty side is open."""
    overlap: int
    """In seconds for a column of timestamps, else in the column's unit."""


def span_of(spec: SqlSource, extraction: Extraction, after: tuple[str, ...]) -> Span:
    """The rows of an extraction after a row."""
    incremental = spec.incremental
    column = incremental.column if incremental else ""
    order = tuple(dict.fromkeys((*([column] if column else []), *spec.key)))
    return Span(
        order=order,
        after=after,
        column=column,
        bounded=order[0],
        since=extraction.since if column else "",
        until=extraction.until,
        is_live=extraction.scope == LIVE,
        overlap=(incremental.overlap or incremental.overlap_seconds) if incremental else 0,
    )


class SqlTable(Protocol):
    """One table of a database, read in one transaction that sees one state of it."""

    place: str
    schema: pa.Schema

    def highest(self, column: str) -> str:
        """The column's highest value as text; empty when there is no row, or no text of it."""
        ...

    def has_null(self, columns: tuple[str, ...]) -> bool:
        """Whether any row lacks a value in any of the columns."""
        ...

    def batches(self, span: Span) -> Iterator[pa.RecordBatch]:
        """The span's rows in its order, in batches of at most a few MiB."""
        ...


def text_of(value: Any) -> str:
    """A value of the order as text that ``value_of``, or the database, reads again."""
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    return repr(value) if isinstance(value, float) else str(value)


def value_of(text: str, kind: type) -> Any:
    """The value of a Python type that a text stands for. Raises ValueError."""
    if kind in (dt.datetime, dt.date, dt.time):
        return kind.fromisoformat(text)
    if kind is Decimal:
        return Decimal(text)
    return kind(text) if kind in (int, float) else text
