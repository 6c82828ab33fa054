"""``format_number`` and ``parse_data_size`` (Trino documentation, "Conversion functions")."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal

from millrace_localcloud.athena.functions.failures import FunctionFailed, invalid_argument
from millrace_localcloud.athena.functions.registry import declare

_UNITS = ("B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB")
_WIDE = Context(prec=80)


def format_number(count: int) -> str:
    """Three digits and a unit: below 10, negative numbers included, there are two decimals."""
    value, units = float(count), ["", "K", "M", "B", "T", "Q"]
    while abs(value) >= 1000 and len(units) > 1:
        value /= 1000
        units.pop(0)
    places = 2 if value < 10 else 1 if value < 100 else 0
    # Java rounds the double's exact value, half up.
    shown = format(Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _WIDE), "f")
    return (shown.rstrip("0").rstrip(".") if places else shown) + units[0]


def format_number_of_double(value: float) -> str:
    """``format_number`` of the whole part."""
    if not -(2.0**63) <= value < 2.0**63:
        text = f"the local cloud does not support format_number({value})"
        raise FunctionFailed("NOT_SUPPORTED", text)
    return format_number(int(value))


def parse_data_size(text: str) -> Decimal:
    """Bytes of ``2.3MB``, what is less than a byte cut off."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]+)\s*", text)
    if not found or found[2] not in _UNITS:
        raise invalid_argument(f"Invalid data size: '{text}'")
    size = _WIDE.multiply(Decimal(found[1]), Decimal(1024 ** _UNITS.index(found[2])))
    if size >= Decimal(10) ** 38:
        raise FunctionFailed("NUMERIC_VALUE_OUT_OF_RANGE", f"Value out of range: '{text}'")
    return Decimal(int(size))


declare("format_number(bigint) -> varchar", format_number)
declare("format_number(double) -> varchar", format_number_of_double)
declare("parse_data_size(varchar) -> decimal(38,0)", parse_data_size)
