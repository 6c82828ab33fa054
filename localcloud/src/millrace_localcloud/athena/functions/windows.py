"""``f(…) OVER (…)`` (Trino documentation, "Window functions")."""

from __future__ import annotations

from sqlglot import exp

from millrace_localcloud.athena.clauses import direction
from millrace_localcloud.athena.functions.calls import (
    aggregate_call,
    choose,
    closed,
    filter_clause,
)
from millrace_localcloud.athena.functions.registry import WINDOWS
from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.translation import Place, checked, handles


@handles(exp.Window)
def over(node: exp.Window, place: Place) -> Typed:
    """``f(…) OVER (…)``."""
    translation = place.translation
    clause = _clause(node, place)
    inner, nulls = node.this, ""
    if isinstance(inner, exp.IgnoreNulls | exp.RespectNulls):
        nulls = " IGNORE NULLS" if isinstance(inner, exp.IgnoreNulls) else ""
        inner = inner.this
    if inner.find(exp.Distinct):
        text = "DISTINCT in window function parameters not yet supported"
        translation.fail("NOT_SUPPORTED", text, node)
    if isinstance(inner, exp.Filter):
        return aggregate_call(inner.this, place, filter_clause(inner, place) + clause)
    name = str(inner.this).lower() if isinstance(inner, exp.Anonymous) else ""
    if name in WINDOWS:
        _check_window(name, node, place)
        arguments = [place.typed(one) for one in inner.expressions]
        function, given, result = choose(WINDOWS[name], name, arguments, inner, place)
        return closed(function, _offset(name, given), result, ("", "", nulls, clause))
    if nulls or not isinstance(inner, exp.Anonymous):
        translation.refuse(f"{name or 'this expression'} with OVER", node)
    if any(one.find(exp.Order) for one in inner.expressions):
        translation.fail("NOT_SUPPORTED", "Window function with ORDER BY is not supported", node)
    return aggregate_call(inner, place, clause)


def _clause(node: exp.Window, place: Place) -> str:
    place.translation.only(node, "this", "partition_by", "order", "spec", "over")
    parts = []
    if node.args.get("partition_by"):
        keys = ", ".join(place.typed(key).sql for key in node.args["partition_by"])
        parts.append(f"PARTITION BY {keys}")
    if node.args.get("order"):
        keys = ", ".join(
            f"{place.typed(key.this).sql} {direction(key)}"
            for key in node.args["order"].expressions
        )
        parts.append(f"ORDER BY {keys}")
    if node.args.get("spec"):
        parts.append(_frame(node.args["spec"], place))
    return f" OVER ({' '.join(parts)})"


def _check_window(name: str, node: exp.Window, place: Place) -> None:
    if name not in ("lag", "lead"):
        return
    if not node.args.get("order"):
        text = f"{name} function requires an ORDER BY window clause"
        place.translation.fail("MISSING_ORDER_BY", text, node)
    if node.args.get("spec"):
        text = f"Cannot specify window frame for {name} function"
        place.translation.fail("INVALID_WINDOW_FRAME", text, node)


def _offset(name: str, given: list[Typed]) -> list[Typed]:
    """The arguments; an offset that Trino does not take ends the query."""
    lowest = {"nth_value": 1, "lag": 0, "lead": 0}.get(name)
    if (
        lowest is None
        or len(given) < 2
        or (isinstance(given[1].literal, int) and given[1].literal >= lowest)
    ):
        return given
    wrong, offset = f"{given[1].sql} < {lowest}", given[1]
    if name != "nth_value":
        wrong = f"({given[1].sql} IS NULL OR {wrong})"
    text = f"Offset must be at least {lowest}"
    sql = checked(offset.sql, wrong, "INVALID_FUNCTION_ARGUMENT", text)
    return [given[0], Typed(sql, offset.kind), *given[2:]]


def _frame(spec: exp.WindowSpec, place: Place) -> str:
    place.translation.only(spec, "kind", "start", "start_side", "end", "end_side")
    kind = str(spec.args.get("kind")).upper()
    ends = []
    for name in ("start", "end"):
        end = spec.args.get(name)
        if end is None:
            continue
        shown = str(end).upper() if isinstance(end, str) else place.typed(end).sql
        if not isinstance(end, str) and kind != "ROWS":
            place.translation.refuse(f"a {kind} frame with an offset", spec)
        ends.append(f"{shown} {str(spec.args.get(f'{name}_side') or '').upper()}".strip())
    if len(ends) == 2:
        return f"{kind} BETWEEN {ends[0]} AND {ends[1]}"
    return f"{kind} {ends[0]}"
