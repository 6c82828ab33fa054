"""Rounding of decimals keeps them decimals (Trino documentation, "Mathematical functions").

Result types as in Trino's ``MathFunctions``: ``round(decimal(p,s))`` is ``decimal(p - s + 1, 0)``
and so on; every function here is given what DuckDB's own would make a double of.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

from sqlglot import exp

from millrace_localcloud.athena.arithmetic import decimal_arithmetic
from millrace_localcloud.athena.functions.calls import scalar
from millrace_localcloud.athena.functions.failures import FunctionFailed
from millrace_localcloud.athena.functions.special_forms import special
from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.translation import Place, coerce
from millrace_localcloud.athena.types import INTEGER, INTEGERS, Type, as_decimal, coerces, decimal

_WIDE = Context(prec=80)


def _whole(mode: str) -> Callable[[Decimal], Decimal]:
    def whole(value: Decimal) -> Decimal:
        return value.quantize(Decimal(1), mode, _WIDE)

    whole.__name__ = mode.lower()
    return whole


_WHOLE = {
    "round": _whole(ROUND_HALF_UP),
    "ceil": _whole(ROUND_CEILING),
    "ceiling": _whole(ROUND_CEILING),
    "floor": _whole(ROUND_FLOOR),
    "truncate": _whole(ROUND_DOWN),
}


def _at(value: Decimal, places: int, mode: str) -> Decimal:
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    if places >= -exponent:
        return value
    rounded = value.quantize(Decimal(1).scaleb(-places), mode, _WIDE)
    return rounded.quantize(Decimal(1).scaleb(exponent), context=_WIDE)


def round_at(value: Decimal, places: int) -> Decimal:
    """Rounded half up at so many places, the scale kept."""
    return _at(value, places, ROUND_HALF_UP)


def truncate_at(value: Decimal, places: int) -> Decimal:
    """Cut at so many places, the scale kept."""
    return _at(value, places, ROUND_DOWN)


def round_whole_at(value: int, places: int) -> int:
    """A whole number rounded half up to a power of ten."""
    found = int(_at(Decimal(value), places, ROUND_HALF_UP)) if places < 0 else value
    if not -(2**63) <= found < 2**63:
        raise FunctionFailed("NUMERIC_VALUE_OUT_OF_RANGE", f"bigint addition overflow: {value}")
    return found


def absolute(value: Decimal) -> Decimal:
    """Without its sign."""
    return abs(value)


def sign(value: Decimal) -> Decimal:
    """-1, 0 or 1."""
    return Decimal((value > 0) - (value < 0))


def _rounding(node: exp.Anonymous, place: Place) -> Typed:
    name = str(node.this).lower()
    values = [place.typed(one) for one in node.expressions]
    if values and values[0].kind.base == "decimal":
        if len(values) == 1:
            return place.call(_WHOLE[name], values, _whole_type(name, values[0].kind))
        if len(values) == 2 and name in ("round", "truncate") and coerces(values[1].kind, INTEGER):
            return _placed(name, values[0], values[1], place)
    if len(values) == 2 and name == "round" and values[0].kind.base in INTEGERS:
        rounded = place.call(round_whole_at, values, Type("bigint"))
        return Typed(f"CAST({rounded.sql} AS {values[0].kind.base})", values[0].kind)
    return scalar(name, values, node, place)


def _placed(name: str, value: Typed, places: Typed, place: Place) -> Typed:
    precision, scale = value.kind.args
    kind = decimal(precision + 1, scale) if name == "round" else value.kind
    function = round_at if name == "round" else truncate_at
    return place.call(function, [value, coerce(places, INTEGER)], kind)


def _whole_type(name: str, kind: Type) -> Type:
    precision, scale = kind.args
    if name == "truncate":
        return decimal(max(precision - scale, 1), 0)
    return decimal(precision - scale + min(scale, 1), 0)


for _name in _WHOLE:
    special(_name)(_rounding)


def _signed(node: exp.Anonymous, place: Place) -> Typed:
    name = str(node.this).lower()
    values = [place.typed(one) for one in node.expressions]
    if len(values) == 1 and values[0].kind.base == "decimal":
        if name == "abs":
            return place.call(absolute, values, values[0].kind)
        return place.call(sign, values, decimal(1, 0))
    return scalar(name, values, node, place)


special("abs")(_signed)
special("sign")(_signed)


@special("mod")
def modulus(node: exp.Anonymous, place: Place) -> Typed:
    """``mod(n, m)`` is ``n % m``."""
    values = [place.typed(one) for one in node.expressions]
    bases = [one.kind.base for one in values]
    if "decimal" in bases and len(values) == 2 and all(b in (*INTEGERS, "decimal") for b in bases):
        first, second = (coerce(one, as_decimal(one.kind)) for one in values)
        return decimal_arithmetic("%", first, second, place)
    return scalar("mod", values, node, place)
