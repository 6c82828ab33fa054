"""Functions that give or ask for a time zone (Trino documentation, "Date and time functions")."""

from __future__ import annotations

from sqlglot import exp

from millrace_localcloud.athena.functions.special_forms import special
from millrace_localcloud.athena.literals import string
from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.translation import Place, quoted
from millrace_localcloud.athena.types import BIGINT, DOUBLE, VARCHAR, ZONED, coerces, zoned
from millrace_localcloud.athena.zones import at_zone, in_zone, local_time


@special("at_timezone")
def at_timezone(node: exp.Anonymous, place: Place) -> Typed:
    """``AT TIME ZONE`` as a function."""
    first, second = (place.typed(one) for one in node.expressions)
    return in_zone(first, second, node, place)


@special("with_timezone")
def with_timezone(node: exp.Anonymous, place: Place) -> Typed:
    """The moment at which the zone's clock shows the timestamp."""
    value, zone = (place.typed(one) for one in node.expressions)
    if value.kind.base != "timestamp":
        place.translation.fail(
            "FUNCTION_NOT_FOUND", "Unexpected parameters for function with_timezone", node
        )
    kind = in_zone(Typed(value.sql, zoned(value.kind.args[0], "UTC")), zone, node, place).kind
    return at_zone(value, kind)


@special("from_unixtime")
def from_unixtime(node: exp.Anonymous, place: Place) -> Typed:
    """A moment from seconds, in UTC or the zone that is named."""
    values = [place.typed(one) for one in node.expressions]
    if not values or len(values) > 3 or not coerces(values[0].kind, DOUBLE):
        place.translation.fail(
            "FUNCTION_NOT_FOUND", "Unexpected parameters for function from_unixtime", node
        )
    seconds = f"CAST({values[0].sql} AS DOUBLE)"
    moment = Typed(
        f"make_timestamp(CAST(round({seconds} * 1000) AS BIGINT) * 1000)", zoned(3, "UTC")
    )
    if len(values) == 3:
        return in_zone(moment, _offset(values[1], values[2], node, place), node, place)
    return in_zone(moment, values[1], node, place) if len(values) == 2 else moment


def _offset(hours: Typed, minutes: Typed, node: exp.Expression, place: Place) -> Typed:
    found = (hours.literal, minutes.literal)
    if not isinstance(found[0], int) or not isinstance(found[1], int):
        place.translation.refuse("an offset that is not a literal", node)
    if found[1] < 0 or (found[0] < 0 and found[1]):
        place.translation.refuse("an offset of negative hours and minutes", node)
    return string(f"{'-' if found[0] < 0 else '+'}{abs(found[0]):02d}:{found[1]:02d}")


@special("timezone")
def timezone(node: exp.Anonymous, place: Place) -> Typed:
    """The zone's name."""
    value = place.typed(node.expressions[0])
    if len(node.expressions) != 1 or value.kind.base != ZONED:
        place.translation.fail(
            "FUNCTION_NOT_FOUND", "Unexpected parameters for function timezone", node
        )
    if value.kind.args[1] is None:
        place.translation.refuse("the zone of values whose time zones the query mixes", node)
    zone = quoted(value.kind.args[1])
    return Typed(f"CASE WHEN {value.sql} IS NOT NULL THEN {zone} END", VARCHAR)


def _offset_part(node: exp.Anonymous, place: Place) -> Typed:
    value = place.typed(node.expressions[0])
    if len(node.expressions) != 1 or value.kind.base != ZONED:
        text = f"Unexpected parameters ({value.kind}) for function {node.this}"
        place.translation.fail("FUNCTION_NOT_FOUND", text, node)
    local = local_time(value, node, place)
    minutes = f"((epoch_us({local.sql}) - epoch_us({value.sql})) // 60000000)"
    sign = "//" if str(node.this).lower() == "timezone_hour" else "%"
    return Typed(f"({minutes} {sign} 60)", BIGINT)


special("timezone_hour")(_offset_part)
special("timezone_minute")(_offset_part)
