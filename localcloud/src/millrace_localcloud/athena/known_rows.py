"""Queries of rows that are known beforehand."""

from __future__ import annotations

from millrace_localcloud.athena.scope import Field, Query, Typed
from millrace_localcloud.athena.translation import quoted
from millrace_localcloud.athena.types import BIGINT, VARCHAR


def text_rows(names: list[str], rows: list[tuple[object, ...]]) -> Query:
    """A query whose rows are known: texts, whole numbers and NULLs."""
    kinds = [
        BIGINT if any(isinstance(row[index], int) for row in rows) else VARCHAR
        for index in range(len(names))
    ]
    shown = [
        "(" + ", ".join("NULL" if cell is None else quoted(str(cell)) for cell in row) + ")"
        for row in rows or [(None,) * len(names)]
    ]
    labels = ", ".join(f"c{index}" for index in range(len(names)))
    casts = ", ".join(
        f"CAST(c{i} AS {'BIGINT' if kind == BIGINT else 'VARCHAR'}) AS c{i}"
        for i, kind in enumerate(kinds)
    )
    sql = f"SELECT {casts} FROM (VALUES {', '.join(shown)}) AS q({labels})"
    if not rows:
        sql += " WHERE FALSE"
    columns = (Field(name, Typed(f"c{i}", kinds[i])) for i, name in enumerate(names))
    return Query(sql, tuple(columns))
