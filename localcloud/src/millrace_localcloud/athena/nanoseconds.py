"""Timestamps of 7 to 9 digits: nanoseconds since 1970 in a bigint, and what little is done on them.

They are types of their own, so that no function of other timestamps takes one and loses digits.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from sqlglot import exp

from millrace_localcloud.athena.functions.special_forms import special
from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.translation import Place, coerce
from millrace_localcloud.athena.types import (
    BIGINT,
    NANO,
    NANO_ZONED,
    VARCHAR,
    Type,
    coerces,
)
from millrace_localcloud.athena.zones import offset_milliseconds, zone_name

_LOCAL = re.compile(
    r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})?"
)
_LARGEST = 2**63
UNITS = {
    "millisecond": 10**6,
    "second": 10**9,
    "minute": 60 * 10**9,
    "hour": 3600 * 10**9,
}


def nanoseconds(text: str) -> tuple[int, str] | None:
    """Nanoseconds of a local time, and the offset written behind it; None for any other text."""
    found = _LOCAL.fullmatch(text.strip())
    if not found:
        return None
    try:
        moment = datetime.fromisoformat(f"{found[1]}T{found[2]}").replace(tzinfo=UTC)
    except ValueError:
        return None
    value = round(moment.timestamp()) * 10**9 + int((found[3] or "").ljust(9, "0"))
    return (value, found[4] or "") if -_LARGEST <= value < _LARGEST else None


def literal(value: Typed, kind: Type, node: exp.Expression, place: Place) -> Typed:
    """``TIMESTAMP '2020-06-01 12:30:45.123456789'``."""
    found = nanoseconds(value.literal) if isinstance(value.literal, str) else None
    if kind.base != NANO or found is None or found[1]:
        place.translation.refuse(f"the precision {kind.args[0]}, beyond microseconds, here", node)
    return Typed(f"CAST({found[0]} AS BIGINT)", kind)


def nano_text(value: int, kind: Type) -> str:
    """The moment with all its digits."""
    shift = offset_milliseconds(kind.args[1]) if kind.base == NANO_ZONED else 0
    seconds, rest = divmod(value + (shift or 0) * 10**6, 10**9)
    moment = datetime(1970, 1, 1) + timedelta(seconds=seconds)
    text = f"{moment:%Y-%m-%d %H:%M:%S}.{rest:09d}"[: 20 + kind.args[0]]
    return f"{text} {kind.args[1]}" if kind.base == NANO_ZONED else text


def difference(unit: str, first: Typed, second: Typed, node: exp.Expression, place: Place) -> Typed:
    """``date_diff`` of two such moments, in units of time."""
    if first.kind.base != second.kind.base or unit not in UNITS:
        place.translation.refuse(f"date_diff in {unit} of {first.kind} and {second.kind}", node)
    return Typed(f"(({second.sql} - {first.sql}) // {UNITS[unit]})", BIGINT)


@special("from_unixtime_nanos")
def from_unixtime_nanos(node: exp.Anonymous, place: Place) -> Typed:
    """A moment from nanoseconds, in UTC; a fraction of one is rounded half up."""
    values = [place.typed(one) for one in node.expressions]
    if len(values) != 1 or not (
        values[0].kind.base == "decimal" or coerces(values[0].kind, BIGINT)
    ):
        text = "Unexpected parameters for function from_unixtime_nanos"
        place.translation.fail("FUNCTION_NOT_FOUND", text, node)
    kind = Type(NANO_ZONED, (9, "UTC"))
    if values[0].kind.base != "decimal":
        return Typed(coerce(values[0], BIGINT).sql, kind)
    return Typed(f"CAST(round({values[0].sql}) AS BIGINT)", kind)


@special("from_iso8601_timestamp_nanos")
def from_iso8601_timestamp_nanos(node: exp.Anonymous, place: Place) -> Typed:
    """A moment from ISO 8601 text, which must be a literal."""
    value = place.typed_as(node.expressions[0], VARCHAR, "from_iso8601_timestamp_nanos argument")
    found = nanoseconds(value.literal) if isinstance(value.literal, str) else None
    if found is None:
        place.translation.refuse("from_iso8601_timestamp_nanos of this text", node)
    zone = zone_name(found[1] or "UTC", node, place)
    moment = found[0] - (offset_milliseconds(zone) or 0) * 10**6
    return Typed(f"CAST({moment} AS BIGINT)", Type(NANO_ZONED, (9, zone)))
