"""GROUP BY, ORDER BY, LIMIT and OFFSET."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from millrace_localcloud.athena.scope import Field
from millrace_localcloud.athena.translation import Place


def group_by(node: exp.Select, place: Place, columns: Sequence[Field]) -> list[str]:
    """``GROUP BY`` with ordinals, ROLLUP, CUBE and GROUPING SETS."""
    group = node.args.get("group")
    if group is None:
        return []
    place.translation.only(group, "expressions")
    shown = [_grouping(one, place, columns) for one in group.expressions]
    return [f"GROUP BY {', '.join(shown)}"]


_SETS = {exp.Rollup: "ROLLUP", exp.Cube: "CUBE", exp.GroupingSets: "GROUPING SETS"}


def _grouping(node: exp.Expression, place: Place, columns: Sequence[Field]) -> str:
    if type(node) in _SETS:
        inside = ", ".join(_grouping(one, place, columns) for one in node.expressions)
        return f"{_SETS[type(node)]} ({inside})"
    if isinstance(node, exp.Tuple):
        return f"({', '.join(_grouping(one, place, columns) for one in node.expressions)})"
    if isinstance(node, exp.Paren):
        return f"({_grouping(node.this, place, columns)})"
    column = _ordinal(node, place, columns, "GROUP BY")
    if column is not None:
        place.translation.uses.add(column.uses)
        return column.value.sql
    return place.typed(node).sql


def _ordinal(
    node: exp.Expression, place: Place, columns: Sequence[Field], clause: str
) -> Field | None:
    if not isinstance(node, exp.Literal) or node.is_string or not str(node.this).isdigit():
        return None
    number = int(str(node.this))
    if not 1 <= number <= len(columns):
        text = f"{clause} position {number} is not in select list"
        place.translation.fail("INVALID_COLUMN_REFERENCE", text, node)
    return columns[number - 1]


def order_by(
    node: exp.Expression, place: Place, columns: Sequence[Field], *, distinct: bool
) -> list[str]:
    """``ORDER BY``; NULLs come last unless the query says otherwise."""
    order = node.args.get("order")
    if order is None:
        return []
    outer = place.inside(replace(place.scope, preferred=list(columns)))
    shown = []
    for key in order.expressions:
        column = _ordinal(key.this, outer, columns, "ORDER BY")
        if column is not None:
            place.translation.uses.add(column.uses)
        value = column.value if column is not None else outer.typed(key.this)
        same = [i for i, one in enumerate(columns) if one.value.sql == value.sql]
        if distinct and not same:
            text = "For SELECT DISTINCT, ORDER BY expressions must appear in select list"
            place.translation.fail("EXPRESSION_NOT_IN_DISTINCT", text, key)
        if value.kind.base in ("map", "row", "array", "json"):
            place.translation.refuse(f"ORDER BY a value of type {value.kind}", key)
        shown.append(f"{same[0] + 1 if same else value.sql} {direction(key)}")
    return [f"ORDER BY {', '.join(shown)}"]


def direction(key: exp.Ordered) -> str:
    """``ASC``/``DESC`` with the place of NULLs; Trino's default is last for both."""
    word = "DESC" if key.args.get("desc") else "ASC"
    return f"{word} NULLS {'FIRST' if key.args.get('nulls_first') else 'LAST'}"


def limit(node: exp.Expression, place: Place) -> list[str]:
    """``OFFSET`` and ``LIMIT`` or ``FETCH FIRST``."""
    parts = []
    clause = node.args.get("limit")
    if isinstance(clause, exp.Fetch):
        options = clause.args.get("limit_options")
        if options is not None and (options.args.get("with_ties") or options.args.get("percent")):
            place.translation.refuse("FETCH … WITH TIES", node)
        parts.append(f"LIMIT {_count(clause.args.get('count'), place)}")
    elif clause is not None:
        place.translation.only(clause, "expression")
        wanted = clause.expression
        if not (isinstance(wanted, exp.Var) and wanted.name.upper() == "ALL"):
            parts.append(f"LIMIT {_count(wanted, place)}")
    if node.args.get("offset") is not None:
        parts.append(f"OFFSET {_count(node.args['offset'].expression, place)}")
    return parts


def _count(node: exp.Expression | None, place: Place) -> int:
    if node is None:
        return 1
    if not isinstance(node, exp.Literal) or node.is_string or not str(node.this).isdigit():
        place.translation.fail("SYNTAX_ERROR", "mismatched input: a number is expected", node)
    return int(str(node.this))
