"""``format``: Java's ``Formatter`` for texts, numbers and booleans."""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from millrace_localcloud.athena.functions.failures import FunctionFailed, invalid_argument
from millrace_localcloud.athena.java.numbers import java_double

_PART = re.compile(r"%(?:(\d+)\$)?([-#+ 0,(<]*)(\d+)?(?:\.(\d+))?(t?[a-zA-Z%])")


def java_format(pattern: str | None, *values: Any) -> str | None:
    """The pattern with its places filled."""
    if pattern is None:
        return None
    following = iter(range(len(values)))

    def filled(found: re.Match[str]) -> str:
        index, flags, width, digits, letter = found.groups()
        if letter == "%":
            return _padded("%", flags, width)
        if letter == "n":
            return "\n"
        at = int(index) - 1 if index else next(following, len(values))
        if at >= len(values):
            raise invalid_argument(f"Invalid format string: {pattern} (Format specifier)")
        if set(flags) & set("#(<"):
            raise _unknown(found[0])
        return _one(values[at], flags, width, digits, letter)

    if "%" in _PART.sub("", pattern):
        raise invalid_argument(f"Invalid format string: {pattern}")
    return _PART.sub(filled, pattern)


def _one(value: Any, flags: str, width: str | None, digits: str | None, letter: str) -> str:
    if letter in "sS" or value is None:
        text = _text(value)[: int(digits) if digits else None]
        return _padded(text.upper() if letter == "S" else text, flags.replace("0", ""), width)
    if letter[0] == "t" and isinstance(value, date):
        return _padded(_dated(value, letter), flags, width)
    if letter in "bB":
        return _padded(_text(bool(value)), flags, width)
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if letter == "d" and is_whole:
        return _signed(value, f"{abs(value):{',' if ',' in flags else ''}}", flags, width)
    if letter in "xXo" and is_whole and value >= 0:
        return _signed(value, f"{value:{letter}}", flags, width)
    if letter in "fe" and isinstance(value, float | Decimal):
        return _real(value, digits, letter, flags, width)
    if letter in "dxXfeoc":
        text = f"{letter} != {type(value).__name__}"
        raise invalid_argument(
            f"Invalid format string: %{letter} (IllegalFormatConversion: {text})"
        )
    raise _unknown(f"%{letter}")


_DATED = {
    "A": "%A",
    "a": "%a",
    "B": "%B",
    "b": "%b",
    "h": "%b",
    "d": "%d",
    "m": "%m",
    "j": "%j",
    "y": "%y",
    "F": "%Y-%m-%d",
    "D": "%m/%d/%y",
}


def _dated(value: date, letter: str) -> str:
    if letter == "te":
        return str(value.day)
    if letter == "tY":
        return f"{value.year:04d}"
    if letter[1:] not in _DATED or value.year < 1000:
        raise _unknown(f"%{letter}")
    return value.strftime(_DATED[letter[1:]])


def _real(value: Any, digits: str | None, letter: str, flags: str, width: str | None) -> str:
    if isinstance(value, float) and (value != value or value in (float("inf"), -float("inf"))):
        return _padded(java_double(value), flags.replace("0", ""), width)
    # Java rounds the shortest decimal of a double, half up.
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    places = 6 if digits is None else int(digits)
    if letter == "e":
        raise _unknown("%e")
    rounded = abs(exact).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return _signed(exact, f"{rounded:{',' if ',' in flags else ''}f}", flags, width)


def _signed(value: Any, shown: str, flags: str, width: str | None) -> str:
    sign = "-" if value < 0 else "+" if "+" in flags else " " if " " in flags else ""
    if "0" in flags and width:
        return sign + shown.rjust(int(width) - len(sign), "0")
    return _padded(sign + shown, flags, width)


def _padded(text: str, flags: str, width: str | None) -> str:
    size = int(width or 0)
    return text.ljust(size) if "-" in flags else text.rjust(size)


def _text(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return java_double(value)
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _unknown(what: str) -> FunctionFailed:
    text = f"the local cloud does not support {what} in a format string"
    return FunctionFailed("NOT_SUPPORTED", text)
