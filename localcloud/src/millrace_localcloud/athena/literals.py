"""Literals and what is as constant as they are."""

from __future__ import annotations

import re
from typing import Any

from sqlglot import exp

from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.translation import Place, handles, quoted
from millrace_localcloud.athena.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DAY_INTERVAL,
    DOUBLE,
    INTEGER,
    MONTH_INTERVAL,
    UNKNOWN,
    VARBINARY,
    Type,
    decimal,
    zoned,
)

_MILLISECONDS = {"DAY": 86_400_000, "HOUR": 3_600_000, "MINUTE": 60_000, "SECOND": 1_000}
_MONTHS = {"YEAR": 12, "MONTH": 1}


def string(text: str) -> Typed:
    """A varchar literal."""
    return Typed(f"CAST({quoted(text)} AS VARCHAR)", Type("varchar", (len(text),)), text)


@handles(exp.Literal)
def literal(node: exp.Literal, place: Place) -> Typed:
    """Number or text as Trino types it: ``1.5`` is a decimal, ``15e-1`` a double."""
    text = str(node.this)
    if node.is_string:
        return string(text)
    if "e" in text.lower():
        return Typed(f"CAST({quoted(text)} AS DOUBLE)", DOUBLE)
    if "." in text:
        whole, _, fraction = text.partition(".")
        digits = max(1, len(whole.lstrip("0")) + len(fraction))
        if digits > 38:
            place.translation.fail("NUMERIC_VALUE_OUT_OF_RANGE", "Decimal overflow", node)
        kind = decimal(digits, len(fraction))
        return Typed(f"CAST({quoted(text)} AS DECIMAL({digits},{len(fraction)}))", kind)
    return whole_number(int(text), node, place)


def whole_number(value: int, node: exp.Expression, place: Place) -> Typed:
    """An integer, or a bigint when it needs one."""
    if not -(2**63) <= value < 2**63:
        place.translation.fail("INVALID_LITERAL", f"Invalid numeric literal: {value}", node)
    small = -(2**31) <= value < 2**31
    kind, name = (INTEGER, "INTEGER") if small else (BIGINT, "BIGINT")
    return Typed(f"CAST({value} AS {name})", kind, value)


@handles(exp.Boolean)
def boolean(node: exp.Boolean, place: Place) -> Typed:
    """TRUE or FALSE."""
    return Typed("TRUE" if node.this else "FALSE", BOOLEAN)


@handles(exp.Null)
def null(node: exp.Null, place: Place) -> Typed:
    """NULL, of no type until it meets one."""
    return Typed("NULL", UNKNOWN)


@handles(exp.HexString)
def binary(node: exp.HexString, place: Place) -> Typed:
    """``X'65'``."""
    digits = str(node.this).replace(" ", "")
    if len(digits) % 2 or re.search("[^0-9a-fA-F]", digits):
        place.translation.fail("INVALID_LITERAL", "Binary literal must be hexadecimal", node)
    return Typed(f"from_hex({quoted(digits)})", VARBINARY)


@handles(exp.CurrentDate)
def current_date(node: exp.CurrentDate, place: Place) -> Typed:
    """The query's day in UTC, Athena's session time zone."""
    place.translation.only(node)
    return Typed(f"DATE '{place.translation.now:%Y-%m-%d}'", DATE)


@handles(exp.CurrentTimestamp)
def current_timestamp(node: exp.CurrentTimestamp, place: Place) -> Typed:
    """When the query began; the same wherever it stands in the query."""
    place.translation.only(node)
    return Typed(_now(place), zoned(3, "UTC"))


@handles(exp.Localtimestamp)
def local_timestamp(node: exp.Expression, place: Place) -> Typed:
    """When the query began, without its zone."""
    place.translation.only(node)
    return Typed(_now(place), Type("timestamp", (3,)))


def _now(place: Place) -> str:
    return f"TIMESTAMP '{place.translation.now:%Y-%m-%d %H:%M:%S.%f}'"[:-4] + "'"


@handles(exp.Interval)
def interval(node: exp.Interval, place: Place) -> Typed:
    """``INTERVAL '2' DAY``, ``INTERVAL '1-2' YEAR TO MONTH`` and their kin."""
    translation = place.translation
    translation.only(node, "this", "unit")
    sign, value = 1, node.this
    if isinstance(value, exp.Neg):
        sign, value = -1, value.this
    if not isinstance(value, exp.Literal) or not value.is_string:
        translation.refuse("an interval that is not a quoted literal", node)
    text = str(value.this).strip()
    if text.startswith("-"):
        sign, text = -sign, text[1:]
    unit = node.args.get("unit")
    if isinstance(unit, exp.IntervalSpan):
        return _span(text, sign, unit, node, place)
    name = str(unit.this).upper() if unit else ""
    if name in ("WEEK", "WEEKS", "QUARTER") or not re.fullmatch(r"\d+(\.\d{1,3})?", text):
        translation.fail("INVALID_LITERAL", f"Invalid INTERVAL literal: {text} {name}", node)
    if name in _MONTHS and "." not in text:
        return Typed(f"CAST({sign * int(text) * _MONTHS[name]} AS INTEGER)", MONTH_INTERVAL)
    if name == "SECOND" or (name in _MILLISECONDS and "." not in text):
        amount = round(float(text) * _MILLISECONDS[name])
        return Typed(f"CAST({sign * amount} AS BIGINT)", DAY_INTERVAL)
    translation.fail("INVALID_LITERAL", f"Invalid INTERVAL literal: {text} {name}", node)


def _span(text: str, sign: int, span: Any, node: exp.Expression, place: Place) -> Typed:
    first, last = str(span.this.this).upper(), str(span.expression.this).upper()
    if (first, last) == ("YEAR", "MONTH") and (found := re.fullmatch(r"(\d+)-(\d+)", text)):
        months = int(found[1]) * 12 + int(found[2])
        return Typed(f"CAST({sign * months} AS INTEGER)", MONTH_INTERVAL)
    if (first, last) == ("DAY", "SECOND") and (
        found := re.fullmatch(r"(\d+)\s+(\d+):(\d+):(\d+(?:\.\d{1,3})?)", text)
    ):
        parts = zip(found.groups(), _MILLISECONDS.values(), strict=True)
        amount = round(sum(float(part) * unit for part, unit in parts))
        return Typed(f"CAST({sign * amount} AS BIGINT)", DAY_INTERVAL)
    place.translation.refuse(f"INTERVAL '{text}' {first} TO {last}", node)
