"""VALUES (Trino documentation, "VALUES")."""

from __future__ import annotations

from sqlglot import exp

from millrace_localcloud.athena.scope import Field, Query, Typed
from millrace_localcloud.athena.translation import Place, coerce
from millrace_localcloud.athena.types import UNKNOWN, Type, common, storage


def values(node: exp.Values, place: Place) -> Query:
    """``VALUES (1, 'a'), (2, 'b')`` at the columns' common types."""
    rows = [
        [place.typed(cell) for cell in (one.expressions if isinstance(one, exp.Tuple) else [one])]
        for one in node.expressions
    ]
    if len({len(row) for row in rows}) != 1:
        text = "Values rows have mismatched sizes"
        place.translation.fail("TYPE_MISMATCH", text, node)
    kinds: list[Type] = [UNKNOWN] * len(rows[0])
    for row in rows:
        for index, cell in enumerate(row):
            kind = common(kinds[index], cell.kind)
            if kind is None:
                text = f"Values rows have mismatched types: {kinds[index]} vs {cell.kind}"
                place.translation.fail("TYPE_MISMATCH", text, node)
            kinds[index] = kind
    shown = (
        "(" + ", ".join(_cell(cell, kind) for cell, kind in zip(row, kinds, strict=True)) + ")"
        for row in rows
    )
    names = ", ".join(f"c{index}" for index in range(len(kinds)))
    columns = tuple(Field(None, Typed(f"c{i}", kind)) for i, kind in enumerate(kinds))
    return Query(f"SELECT {names} FROM (VALUES {', '.join(shown)}) AS q({names})", columns)


def _cell(cell: Typed, kind: Type) -> str:
    return f"CAST({coerce(cell, kind).sql} AS {storage(kind)})"
