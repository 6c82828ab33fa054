"""Comparisons, with values, lists and queries."""

from __future__ import annotations

import re

from sqlglot import exp

from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.translation import Place, checked, coerce, handles
from millrace_localcloud.athena.types import BOOLEAN, common

_COMPARISONS = {exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}


_NESTED = ("array", "map", "row")


@handles(*_COMPARISONS)
def comparison(node: exp.Binary, place: Place) -> Typed:
    """``=`` and its kin; two rows are equal field by field."""
    sign = _COMPARISONS[type(node)]
    written = node.expression
    if isinstance(written, exp.Anonymous) and str(written.this).lower() == "all":
        return _quantified(node, sign, "ALL", written.expressions[0], place)
    if isinstance(written, exp.Any | exp.All):
        word = "ANY" if isinstance(written, exp.Any) else "ALL"
        return _quantified(node, sign, word, written.this, place)
    return compare(place.typed(node.this), place.typed(node.expression), sign, node, place)


def compare(left: Typed, right: Typed, sign: str, node: exp.Expression, place: Place) -> Typed:
    """``left sign right`` at their common type."""
    kind = common(left.kind, right.kind)
    if kind is None or (kind.base == "map" and sign not in ("=", "<>")):
        text = f"Cannot apply operator: {left.kind} {sign} {right.kind}"
        place.translation.fail("TYPE_MISMATCH", text, node)
    if kind.base == "map" or (kind.base in _NESTED and sign not in ("=", "<>")):
        place.translation.refuse(f"{sign} between values of type {kind}", node)
    first, second = coerce(left, kind).sql, coerce(right, kind).sql
    plain = f"({first} {sign} {second})"
    if kind.base in ("double", "real"):
        plain = _floating(first, sign, second)
    if kind.base in _NESTED:
        # Trino answers NULL where DuckDB takes two NULLs inside for equal.
        fails = f"({_holds_null(first)} OR {_holds_null(second)})"
        plain = checked(
            plain, fails, "NOT_SUPPORTED", f"{kind} comparison of values that hold nulls"
        )
    return Typed(plain, BOOLEAN)


_CONSTANT = re.compile(r"(?:CAST\()*'?-?[\d.]+(?:[eE][+-]?\d+)?'?(?: AS \w+(?:\(\d+,\d+\))?\))*")


def _floating(first: str, sign: str, second: str) -> str:
    """A comparison of doubles: unlike DuckDB's, Trino's NaN is not equal to or above anything."""
    plain = f"({first} {sign} {second})"
    left, right = (_CONSTANT.fullmatch(one) is not None for one in (first, second))
    # Against a constant only one comparison can go wrong: the one that NaN, the greatest, meets.
    if right:
        return f"({plain} AND NOT isnan({first}))" if sign in (">", ">=") else plain
    if left:
        return f"({plain} AND NOT isnan({second}))" if sign in ("<", "<=") else plain
    strange = f"(isnan({first}) OR isnan({second}))"
    known = f"{first} IS NOT NULL AND {second} IS NOT NULL"
    answer = "TRUE" if sign == "<>" else "FALSE"
    return f"CASE WHEN {known} AND {strange} THEN {answer} ELSE {plain} END"


def _holds_null(sql: str) -> str:
    return f"coalesce(contains(CAST({sql} AS VARCHAR), 'NULL'), FALSE)"


def _quantified(
    node: exp.Binary, sign: str, word: str, inner: exp.Expression, place: Place
) -> Typed:
    query = inner.this if isinstance(inner, exp.Subquery) else inner
    left = place.typed(node.this)
    values = _one_column(query, place, node)
    kind = common(left.kind, values.kind)
    if kind is None or kind.base in _NESTED:
        place.translation.refuse(f"{sign} {word} between {left.kind} and {values.kind}", node)
    column = coerce(Typed("v", values.kind), kind).sql
    rows = f"(SELECT {column} FROM ({values.sql}) AS q(v))"
    return Typed(f"({coerce(left, kind).sql} {sign} {word} {rows})", BOOLEAN)


def _one_column(query: exp.Expression, place: Place, node: exp.Expression) -> Typed:
    result = place.inside(place.scope).query(query)
    if len(result.columns) != 1:
        text = (
            "Multiple columns returned by subquery are not yet supported. Found "
            f"{len(result.columns)}"
        )
        place.translation.fail("NOT_SUPPORTED", text, node)
    place.translation.uses.add(result.columns[0].uses)
    return Typed(result.sql, result.columns[0].value.kind)


@handles(exp.Subquery)
def scalar_subquery(node: exp.Subquery, place: Place) -> Typed:
    """``(SELECT …)`` as a value: more than one row ends the query."""
    place.translation.only(node, "this")
    values = _one_column(node.this, place, node)
    return Typed(f"({values.sql})", values.kind)


@handles(exp.Exists)
def exists(node: exp.Exists, place: Place) -> Typed:
    """EXISTS (SELECT …)."""
    return Typed(f"EXISTS ({place.query(node.this).sql})", BOOLEAN)


@handles(exp.In)
def membership(node: exp.In, place: Place) -> Typed:
    """IN with a list or a query."""
    place.translation.only(node, "this", "expressions", "query")
    left = place.typed(node.this)
    if node.args.get("query"):
        values = _one_column(node.args["query"].this, place, node)
        kind = common(left.kind, values.kind)
        if kind is None or kind.base in _NESTED:
            text = (
                "value and result of subquery must be of the same type for IN "
                f"expression: {left.kind} vs {values.kind}"
            )
            place.translation.fail("TYPE_MISMATCH", text, node)
        column = coerce(Typed("v", values.kind), kind).sql
        rows = f"(SELECT {column} FROM ({values.sql}) AS q(v))"
        found = f"({coerce(left, kind).sql} IN {rows})"
        if kind.base in ("double", "real"):
            wanted = coerce(left, kind).sql
            found = checked(found, f"isnan({wanted})", "NOT_SUPPORTED", "NaN IN a query")
        return Typed(found, BOOLEAN)
    tests = [compare(left, place.typed(one), "=", one, place).sql for one in node.expressions]
    floating = ("double", "real")
    if left.kind.base in (*_NESTED, *floating) or len(tests) < 2:
        return Typed(f"({' OR '.join(tests)})", BOOLEAN)
    return _in_list(left, [place.typed(one) for one in node.expressions])


def _in_list(left: Typed, members: list[Typed]) -> Typed:
    kind = left.kind
    for member in members:
        kind = common(kind, member.kind) or kind
    listed = ", ".join(coerce(member, kind).sql for member in members)
    return Typed(f"({coerce(left, kind).sql} IN ({listed}))", BOOLEAN)


@handles(exp.Between)
def between(node: exp.Between, place: Place) -> Typed:
    """``x BETWEEN low AND high``."""
    place.translation.only(node, "this", "low", "high")
    value, low, high = (place.typed(node.args[name]) for name in ("this", "low", "high"))
    above = compare(value, low, ">=", node, place)
    below = compare(value, high, "<=", node, place)
    return Typed(f"({above.sql} AND {below.sql})", BOOLEAN)


@handles(exp.Is)
def is_null(node: exp.Is, place: Place) -> Typed:
    """``IS NULL``; Trino has no ``IS TRUE``."""
    if not isinstance(node.expression, exp.Null):
        place.translation.fail("SYNTAX_ERROR", "mismatched input after IS", node)
    return Typed(f"({place.typed(node.this).sql} IS NULL)", BOOLEAN)


@handles(exp.NullSafeEQ, exp.NullSafeNEQ)
def distinct_from(node: exp.Binary, place: Place) -> Typed:
    """``IS [NOT] DISTINCT FROM``."""
    left, right = place.typed(node.this), place.typed(node.expression)
    kind = common(left.kind, right.kind)
    if kind is None:
        text = f"Cannot apply operator: {left.kind} IS DISTINCT FROM {right.kind}"
        place.translation.fail("TYPE_MISMATCH", text, node)
    word = "IS NOT DISTINCT FROM" if isinstance(node, exp.NullSafeEQ) else "IS DISTINCT FROM"
    return Typed(f"({coerce(left, kind).sql} {word} {coerce(right, kind).sql})", BOOLEAN)
