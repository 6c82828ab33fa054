"""Timestamps with time zone: the stored value is UTC, the zone is known from the query's text.

Trino keeps a zone beside every value. Where the query does not show which zone that is, asking
for the local time is refused, because a guess would be wrong for some rows.
"""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo, available_timezones

from sqlglot import exp

from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.translation import Place, checked, handles, quoted
from millrace_localcloud.athena.types import ZONED, Type, zoned


def zone_name(text: str, node: exp.Expression, place: Place) -> str:
    """``text`` as a time zone, or the query fails as Trino's does."""
    if text in ("UTC", "Z", "GMT", "UT"):
        return "UTC"
    text = re.sub(r"^(UTC|GMT|UT)(?=[+-])", "", text)
    offset = re.fullmatch(r"([+-])(\d{1,2})(?::?(\d{2}))?", text)
    if offset:
        return f"{offset[1]}{int(offset[2]):02d}:{offset[3] or '00'}"
    if text in available_timezones():
        return ZoneInfo(text).key
    place.translation.fail("INVALID_FUNCTION_ARGUMENT", f"'{text}' is not a valid time zone", node)


def offset_milliseconds(zone: str) -> int | None:
    """The offset of a zone that is one; None for a region."""
    if zone == "UTC":
        return 0
    found = re.fullmatch(r"([+-])(\d{2}):(\d{2})", zone)
    if not found:
        return None
    return int(f"{found[1]}1") * (int(found[2]) * 60 + int(found[3])) * 60_000


def local_time(value: Typed, node: exp.Expression, place: Place) -> Typed:
    """The clock on the wall in the value's zone, as a timestamp without zone."""
    precision, zone = value.kind.args
    if zone is None:
        place.translation.refuse("the local time of values whose time zones the query mixes", node)
    kind = Type("timestamp", (precision,))
    shift = offset_milliseconds(zone)
    if shift is not None:
        moved = f"({value.sql} + to_microseconds(CAST({shift * 1000} AS BIGINT)))"
        return Typed(value.sql if shift == 0 else moved, kind)
    return Typed(f"timezone({quoted(zone)}, timezone('UTC', {value.sql}))", kind)


def at_zone(local: Typed, kind: Type) -> Typed:
    """The moment at which the clock in ``kind``'s zone shows ``local``."""
    precision, zone = kind.args
    shift = offset_milliseconds(zone)
    result = zoned(max(precision, local.kind.args[0]), zone)
    if shift is not None:
        moved = f"({local.sql} - to_microseconds(CAST({shift * 1000} AS BIGINT)))"
        return Typed(local.sql if shift == 0 else moved, result)
    return Typed(f"list_transform([{local.sql}], lambda t: {_moment('t', zone)})[1]", result)


def _moment(local: str, zone: str) -> str:
    """DuckDB SQL for the only moment of a local time; without one, or with two, the query ends."""

    def shown(moment: str) -> str:
        return f"timezone({quoted(zone)}, timezone('UTC', {moment}))"

    found = f"timezone('UTC', timezone({quoted(zone)}, {local}))"
    others = " OR ".join(
        f"{shown(f'({found} {sign} INTERVAL {minutes} MINUTE)')} = {local}"
        for sign in "+-"
        for minutes in (30, 60)
    )
    text = f"a local time that {zone} skips or has twice"
    wrong = f"({shown(found)} <> {local} OR {others})"
    return checked(found, wrong, "NOT_SUPPORTED", f"the local cloud does not support {text}")


@handles(exp.AtTimeZone)
def at_time_zone(node: exp.AtTimeZone, place: Place) -> Typed:
    """``AT TIME ZONE``: the same moment, shown in another zone."""
    place.translation.only(node, "this", "zone")
    return in_zone(place.typed(node.this), place.typed(node.args["zone"]), node, place)


def in_zone(value: Typed, zone: Typed, node: exp.Expression, place: Place) -> Typed:
    """The same moment in the zone that a literal names; a timestamp is taken to be UTC."""
    if zone.kind.base != "varchar" or value.kind.base not in ("timestamp", ZONED):
        text = f"Unexpected parameters ({value.kind}, {zone.kind}) for function at_timezone"
        place.translation.fail("TYPE_MISMATCH", text, node)
    if not isinstance(zone.literal, str):
        place.translation.refuse("a time zone that is not a literal", node)
    return Typed(value.sql, zoned(value.kind.args[0], zone_name(zone.literal, node, place)))
