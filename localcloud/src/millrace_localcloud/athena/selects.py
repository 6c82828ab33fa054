"""Run a translated query."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from millrace_localcloud.athena.casts import timestamp_text
from millrace_localcloud.athena.engine import add_functions, trino_errors
from millrace_localcloud.athena.errors import QueryFailed, not_supported
from millrace_localcloud.athena.meanings import load_meanings
from millrace_localcloud.athena.queries import translate_query
from millrace_localcloud.athena.results import ResultColumn, value_text
from millrace_localcloud.athena.scans import open_scan
from millrace_localcloud.athena.scope import Query, Scope, Typed
from millrace_localcloud.athena.translation import Place, Translation
from millrace_localcloud.athena.types import ZONED
from millrace_localcloud.athena.zones import local_time


@dataclass(frozen=True)
class Rows:
    """What a query answers, as text."""

    columns: tuple[ResultColumn, ...]
    rows: list[list[str | None]]


def translate(node: Any, translation: Translation) -> Query:
    """Translate a whole statement's query; all its columns are read."""
    load_meanings()
    with trino_errors():
        query = translate_query(node, Place(translation, Scope()))
    for column in query.columns:
        translation.uses.add(column.uses)
    return query


def open_scans(
    translation: Translation, lake: Any, connection: Any, spend: Callable[[int], None]
) -> None:
    """Make every relation that the translated SQL reads; ``spend`` gets the bytes of each."""
    used: dict[str, set[int]] = {}
    for name, index in translation.uses.total:
        used.setdefault(name, set()).add(index)
    add_functions(connection, translation.python)
    with trino_errors():
        for name, scan in translation.scans.items():
            wanted = used.get(name, set())
            open_scan(name, scan, wanted, translation.catalog, lake, connection, spend)


def fetch(query: Query, translation: Translation, connection: Any) -> Rows:
    """Run the query and put its values into Athena's text."""
    shown = ", ".join(
        f"{_shown(Typed(f'c{i}', column.value.kind), translation)} AS c{i}"
        for i, column in enumerate(query.columns)
    )
    with trino_errors():
        # The outer projection keeps the rows' order: DuckDB preserves it.
        found = connection.execute(f"SELECT {shown} FROM ({query.sql}) AS q").fetchall()
    kinds = [column.value.kind for column in query.columns]
    rows = [
        [value_text(cell, kind) for cell, kind in zip(row, kinds, strict=True)] for row in found
    ]
    return Rows(result_columns(query), rows)


def result_columns(query: Query) -> tuple[ResultColumn, ...]:
    """Names and types; a column without a name is ``_col`` and its index."""
    return tuple(
        ResultColumn(column.name or f"_col{index}", column.value.kind)
        for index, column in enumerate(query.columns)
    )


def _shown(value: Typed, translation: Translation) -> str:
    kind = value.kind
    if kind.base == "timestamp" and kind.args[0] in (1, 2):
        # The documentation shows as many digits; engines show three to older clients.
        raise not_supported(f"the result of type {kind}")
    if kind.base == "timestamp":
        return timestamp_text(value.sql, max(3, kind.args[0]))
    if kind.base == ZONED:
        if kind.args[1] is None:
            raise QueryFailed("NOT_SUPPORTED", "the time zone of a result's values is not known")
        from sqlglot import exp

        local = local_time(value, exp.Null(), Place(translation, Scope()))
        return f"{timestamp_text(local.sql, max(3, kind.args[0]))} || ' {kind.args[1]}'"
    if kind.base == "time":
        return f"left(strftime(DATE '2000-01-01' + {value.sql}, '%H:%M:%S.%f'), 12)"
    if kind.base == "array":
        return _shown_array(value, translation)
    return value.sql


def _shown_array(value: Typed, translation: Translation) -> str:
    inner = _shown(Typed("e", value.kind.element), translation)
    return value.sql if inner == "e" else f"list_transform({value.sql}, lambda e: {inner})"
