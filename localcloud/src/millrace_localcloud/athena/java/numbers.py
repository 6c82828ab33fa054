"""Java's text of floating point numbers."""

from __future__ import annotations

import math
from decimal import Decimal


def double_text(value: float) -> str:
    """``CAST(double AS varchar)``: SQL's scientific form, ``3.77E1``."""
    return _scientific(value, repr(value))


def real_text(value: float) -> str:
    """``CAST(real AS varchar)``."""
    return _scientific(value, _shortest(value))


def _shortest(value: float) -> str:
    import numpy

    return str(numpy.float32(value))


def _scientific(value: float, shortest: str) -> str:
    special = _special(value)
    if special:
        return special
    sign, digits, exponent = _parts(shortest)
    return f"{sign}{digits[0]}.{digits[1:] or '0'}E{exponent}"


def java_double(value: float) -> str:
    """``Double.toString``: plain between 1e-3 and 1e7, scientific outside."""
    return _java(value, repr(value))


def java_float(value: float) -> str:
    """``Float.toString``."""
    return _java(value, _shortest(value))


def _java(value: float, shortest: str) -> str:
    special = _special(value)
    if special:
        return special
    if value and not 1e-3 <= abs(value) < 1e7:
        return _scientific(value, shortest)
    plain = format(Decimal(shortest), "f")
    return plain if "." in plain else f"{plain}.0"


def _special(value: float) -> str | None:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return None


def _parts(shortest: str) -> tuple[str, str, int]:
    sign, digits, exponent = Decimal(shortest).as_tuple()
    text = "".join(map(str, digits)).lstrip("0")
    if not text:
        return ("-" if sign else ""), "0", 0
    assert isinstance(exponent, int)
    power = exponent + len(text) - 1
    return ("-" if sign else ""), text.rstrip("0") or "0", power
