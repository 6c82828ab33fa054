"""Operators: logic, arithmetic and text."""

from __future__ import annotations

from sqlglot import exp

from millrace_localcloud.athena.arithmetic import binary_arithmetic
from millrace_localcloud.athena.literals import whole_number
from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.translation import Place, checked, coerce, handles, quoted
from millrace_localcloud.athena.types import (
    BOOLEAN,
    DAY_INTERVAL,
    INTEGERS,
    MONTH_INTERVAL,
    NUMBERS,
    VARBINARY,
    VARCHAR,
    coerces,
    storage,
)


@handles(exp.Paren)
def parentheses(node: exp.Paren, place: Place) -> Typed:
    """``(x)``."""
    return place.typed(node.this)


@handles(exp.And, exp.Or)
def logic(node: exp.Connector, place: Place) -> Typed:
    """AND, OR."""
    word = "AND" if isinstance(node, exp.And) else "OR"
    left = place.typed_as(node.this, BOOLEAN, f"Left side of logical expression {word}")
    right = place.typed_as(node.expression, BOOLEAN, f"Right side of logical expression {word}")
    return Typed(f"({left.sql} {word} {right.sql})", BOOLEAN)


@handles(exp.Not)
def negation(node: exp.Not, place: Place) -> Typed:
    """NOT."""
    value = place.typed_as(node.this, BOOLEAN, "Value of logical NOT expression")
    return Typed(f"(NOT {value.sql})", BOOLEAN)


@handles(exp.Like)
def like(node: exp.Like, place: Place) -> Typed:
    """LIKE, case sensitive, without an escape character unless one is given."""
    return _like(node, place)


def _like(node: exp.Like, place: Place, escape: str = "") -> Typed:
    value = place.typed_as(node.this, VARCHAR, "Left side of LIKE expression")
    pattern = place.typed_as(node.expression, VARCHAR, "Pattern for LIKE expression")
    word = "NOT LIKE" if node.args.get("negate") else "LIKE"
    if not escape:
        return Typed(f"({value.sql} {word} {pattern.sql})", BOOLEAN)
    left = pattern.sql
    for escaped in (escape, "%", "_"):
        left = f"replace({left}, {quoted(escape + escaped)}, '')"
    sql = checked(
        f"({value.sql} {word} {pattern.sql} ESCAPE {quoted(escape)})",
        f"contains({left}, {quoted(escape)})",
        "INVALID_FUNCTION_ARGUMENT",
        "Escape character must be followed by '%', '_' or the escape character itself",
    )
    return Typed(sql, BOOLEAN)


@handles(exp.Escape)
def like_escape(node: exp.Escape, place: Place) -> Typed:
    """``LIKE … ESCAPE '#'``."""
    if not isinstance(node.this, exp.Like):
        place.translation.refuse("ESCAPE here", node)
    character = place.typed(node.expression).literal
    if not isinstance(character, str) or len(character) != 1:
        text = "Escape string must be a single character"
        place.translation.fail("INVALID_FUNCTION_ARGUMENT", text, node)
    return _like(node.this, place, character)


@handles(exp.DPipe)
def concatenation(node: exp.DPipe, place: Place) -> Typed:
    """``||``: NULL on either side gives NULL."""
    left, right = place.typed(node.this), place.typed(node.expression)
    if left.kind.base == "array" or right.kind.base == "array":
        from millrace_localcloud.athena.functions.arrays import concatenate

        return concatenate([left, right], node, place)
    for kind in (VARCHAR, VARBINARY):
        if coerces(left.kind, kind) and coerces(right.kind, kind):
            return Typed(f"({coerce(left, kind).sql} || {coerce(right, kind).sql})", kind)
    text = f"Unexpected parameters ({left.kind}, {right.kind}) for function concat"
    place.translation.fail("FUNCTION_NOT_FOUND", text, node)


@handles(exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod)
def arithmetic(node: exp.Binary, place: Place) -> Typed:
    """``+ - * / %``."""
    return binary_arithmetic(node, place.typed(node.this), place.typed(node.expression), place)


@handles(exp.Neg)
def minus(node: exp.Neg, place: Place) -> Typed:
    """Unary minus."""
    if isinstance(node.this, exp.Literal) and str(node.this.this).isdigit():
        return whole_number(-int(node.this.this), node, place)
    value = place.typed(node.this)
    if value.kind.base not in NUMBERS and value.kind not in (DAY_INTERVAL, MONTH_INTERVAL):
        text = f"Cannot negate {value.kind}"
        place.translation.fail("TYPE_MISMATCH", text, node)
    if value.kind.base in INTEGERS:
        # DuckDB's minus of the smallest number is one of a wider type.
        return Typed(f"(CAST(0 AS {storage(value.kind)}) - {value.sql})", value.kind)
    return Typed(f"(- {value.sql})", value.kind)
