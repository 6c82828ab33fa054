"""``row.*`` in SELECT: each field of a row as a column (Trino documentation, "SELECT")."""

from __future__ import annotations

from sqlglot import exp

from millrace_localcloud.athena.names import row_field
from millrace_localcloud.athena.scope import Field
from millrace_localcloud.athena.translation import Place


def fields_of_row(item: exp.Expression, place: Place) -> list[Field] | None:
    """The columns of ``row.* [AS (a, b)]``; None for any other item of SELECT."""
    names = [one.name for one in item.expressions] if isinstance(item, exp.Aliases) else []
    star = item.this if isinstance(item, exp.Aliases) else item
    if not isinstance(star, exp.Dot) or not isinstance(star.expression, exp.Star):
        return None
    with place.translation.uses.apart() as used:
        value = place.typed(star.this)
    if value.kind.base != "row":
        text = f"Expected an expression of type row, found {value.kind}"
        place.translation.fail("TYPE_MISMATCH", text, item)
    if names and len(names) != len(value.kind.args):
        text = f"Column alias list has {len(names)} entries but row has {len(value.kind.args)}"
        place.translation.fail("MISMATCHED_COLUMN_ALIASES", text, item)
    return [
        Field(names[index] if names else name, row_field(value, index), frozenset(used))
        for index, (name, _) in enumerate(value.kind.args)
    ]
