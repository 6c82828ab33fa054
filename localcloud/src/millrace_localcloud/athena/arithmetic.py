"""``+ - * / %`` on numbers, dates and intervals, with Trino's result types.

Numbers: Trino documentation, "Mathematical functions and operators" and "Decimal functions and
operators" (binary arithmetic decimal operators: precision and scale of the results).
"""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal

from sqlglot import exp

from millrace_localcloud.athena.functions.failures import FunctionFailed
from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.translation import Place, checked, coerce
from millrace_localcloud.athena.types import (
    DATE,
    DAY_INTERVAL,
    DOUBLE,
    INTEGER,
    INTEGERS,
    MONTH_INTERVAL,
    NUMBERS,
    UNKNOWN,
    ZONED,
    Type,
    as_decimal,
    common,
    decimal,
    storage,
)

_SIGNS = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.Mod: "%"}
_WIDE = Context(prec=120)
_INTERVALS = (DAY_INTERVAL, MONTH_INTERVAL)


def binary_arithmetic(node: exp.Binary, left: Typed, right: Typed, place: Place) -> Typed:
    """The result of an arithmetic operator.

    Raises:
        QueryFailed: TYPE_MISMATCH, as the operator has no meaning for these types.
    """
    sign = _SIGNS[type(node)]
    if left.kind == UNKNOWN and right.kind == UNKNOWN:
        return left
    if left.kind == UNKNOWN:
        left = coerce(left, right.kind)
    if right.kind == UNKNOWN:
        right = coerce(right, left.kind)
    result = None
    if left.kind.base in NUMBERS and right.kind.base in NUMBERS:
        result = _numbers(sign, left, right, place)
    else:
        result = _with_interval(sign, left, right, node, place)
    if result is None:
        text = f"Cannot apply operator: {left.kind} {sign} {right.kind}"
        place.translation.fail("TYPE_MISMATCH", text, node)
    return result


def _numbers(sign: str, left: Typed, right: Typed, place: Place) -> Typed:
    kind = common(left.kind, right.kind)
    assert kind is not None
    if kind.base == "decimal":
        return decimal_arithmetic(sign, _decimal(left), _decimal(right), place)
    first, second = coerce(left, kind).sql, coerce(right, kind).sql
    if sign == "/" and kind.base in INTEGERS:
        sign = "//"
    return Typed(f"CAST(({first} {sign} {second}) AS {storage(kind)})", kind)


def _decimal(value: Typed) -> Typed:
    return coerce(value, as_decimal(value.kind))


def decimal_arithmetic(sign: str, left: Typed, right: Typed, place: Place) -> Typed:
    """Two decimals and the decimal that Trino documents for the operator."""
    (p1, s1), (p2, s2) = left.kind.args, right.kind.args
    scale = max(s1, s2)
    if sign in "+-":
        kind = decimal(max(p1 - s1, p2 - s2) + scale + 1, scale)
    elif sign == "*":
        kind = decimal(p1 + p2, s1 + s2)
    elif sign == "/":
        kind = decimal(p1 + s2 + max(s2 - s1, 0), scale)
    else:
        kind = decimal(min(p1 - s1, p2 - s2) + scale, scale)
    if sign in "+-*":
        return Typed(f"CAST(({left.sql} {sign} {right.sql}) AS {storage(kind)})", kind)
    digits = [Typed(f"CAST({number} AS INTEGER)", INTEGER) for number in kind.args]
    function = decimal_divide if sign == "/" else decimal_remainder
    return place.call(function, [left, right, *digits], kind)


def decimal_divide(left: Decimal, right: Decimal, precision: int, scale: int) -> Decimal:
    """Quotient, rounded half up to the result's scale."""
    if not right:
        raise FunctionFailed("DIVISION_BY_ZERO", "Division by zero")
    quotient = _WIDE.divide(left, right).quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP, _WIDE)
    if abs(quotient) >= Decimal(10) ** (precision - scale):
        raise FunctionFailed("NUMERIC_VALUE_OUT_OF_RANGE", "Decimal overflow")
    return quotient


def decimal_remainder(left: Decimal, right: Decimal, precision: int, scale: int) -> Decimal:
    """Remainder with the sign of the dividend."""
    if not right:
        raise FunctionFailed("DIVISION_BY_ZERO", "Division by zero")
    return _WIDE.remainder(left, right).quantize(Decimal(1).scaleb(-scale), ROUND_DOWN, _WIDE)


def _with_interval(
    sign: str, left: Typed, right: Typed, node: exp.Expression, place: Place
) -> Typed | None:
    if sign == "+" and left.kind in _INTERVALS and right.kind not in _INTERVALS:
        left, right = right, left
    if right.kind in _INTERVALS and sign in "+-":
        if left.kind == right.kind:
            return Typed(f"({left.sql} {sign} {right.sql})", left.kind)
        return _shift(left, Typed(f"({sign} {right.sql})", right.kind), node, place)
    if sign == "-" and left.kind.base == right.kind.base == "date":
        days = f"CAST(({left.sql} - {right.sql}) AS BIGINT)"
        return Typed(f"({days} * 86400000)", DAY_INTERVAL)
    moments = ("timestamp", ZONED, "date")
    if sign == "-" and left.kind.base in moments and right.kind.base in moments:
        first, second = (f"epoch_us(CAST({one.sql} AS TIMESTAMP))" for one in (left, right))
        return Typed(f"(({first} - {second}) // 1000)", DAY_INTERVAL)
    return _scale(sign, left, right)


def _scale(sign: str, left: Typed, right: Typed) -> Typed | None:
    if sign == "*" and right.kind in _INTERVALS:
        left, right = right, left
    if left.kind not in _INTERVALS or sign not in "*/" or right.kind.base not in NUMBERS:
        return None
    if right.kind.base in INTEGERS:
        whole = "//" if sign == "/" else "*"
        return Typed(f"CAST(({left.sql} {whole} {right.sql}) AS {storage(left.kind)})", left.kind)
    amount = f"({left.sql} {sign} {coerce(right, DOUBLE).sql})"
    return Typed(f"CAST(trunc({amount}) AS {storage(left.kind)})", left.kind)


def _shift(moment: Typed, interval: Typed, node: exp.Expression, place: Place) -> Typed | None:
    base = moment.kind.base
    if base == ZONED and interval.kind == MONTH_INTERVAL:
        from millrace_localcloud.athena.zones import at_zone, local_time

        local = _shift(local_time(moment, node, place), interval, node, place)
        assert local is not None
        return at_zone(local, moment.kind)
    if base == "time" and interval.kind == DAY_INTERVAL:
        return Typed(f"({moment.sql} + to_microseconds({interval.sql} * 1000))", moment.kind)
    if base not in ("date", "timestamp", ZONED):
        return None
    if interval.kind == MONTH_INTERVAL:
        moved = f"({moment.sql} + to_months({interval.sql}))"
        return Typed(f"CAST({moved} AS {storage(moment.kind)})", moment.kind)
    if base == "date":
        days = f"CAST(({interval.sql} // 86400000) AS INTEGER)"
        return Typed(
            checked(
                f"({moment.sql} + {days})",
                f"({interval.sql} % 86400000 <> 0)",
                "INVALID_FUNCTION_ARGUMENT",
                "Cannot add hour, minutes or seconds to a date",
            ),
            DATE,
        )
    return Typed(f"({moment.sql} + to_microseconds({interval.sql} * 1000))", _precise(moment.kind))


def _precise(kind: Type) -> Type:
    precision = max(3, kind.args[0])
    return Type(kind.base, (precision, *kind.args[1:]))
