"""Dates and times (Trino documentation, "Date and time functions and operators")."""

from __future__ import annotations

from sqlglot import exp

from millrace_localcloud.athena.functions.calls import scalar
from millrace_localcloud.athena.functions.registry import declare
from millrace_localcloud.athena.functions.special_forms import special
from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.translation import Place
from millrace_localcloud.athena.types import (
    BIGINT,
    DATE,
    DAY_INTERVAL,
    DOUBLE,
    MONTH_INTERVAL,
    NANO,
    NANO_ZONED,
    ZONED,
    Type,
)
from millrace_localcloud.athena.zones import at_zone, local_time

_DATE_UNITS = ("day", "week", "month", "quarter", "year")
_TIME_UNITS = ("millisecond", "second", "minute", "hour")
_PARTS = {
    "year": "year",
    "quarter": "quarter",
    "month": "month",
    "week": "week",
    "week_of_year": "week",
    "day": "day",
    "day_of_month": "day",
    "day_of_week": "isodow",
    "dow": "isodow",
    "day_of_year": "doy",
    "doy": "doy",
    "year_of_week": "isoyear",
    "yow": "isoyear",
}
_CLOCK_PARTS = {"hour": "hour", "minute": "minute", "second": "second"}
_INTERVAL_PARTS = {
    ("year", MONTH_INTERVAL): "({0} // 12)",
    ("month", MONTH_INTERVAL): "({0} % 12)",
    ("day", DAY_INTERVAL): "({0} // 86400000)",
    ("hour", DAY_INTERVAL): "({0} // 3600000 % 24)",
    ("minute", DAY_INTERVAL): "({0} // 60000 % 60)",
    ("second", DAY_INTERVAL): "({0} // 1000 % 60)",
    ("millisecond", DAY_INTERVAL): "({0} % 1000)",
}


def localised(value: Typed, node: exp.Expression, place: Place) -> Typed:
    """The clock on the wall, where the value has a zone."""
    return local_time(value, node, place) if value.kind.base == ZONED else value


def _part(node: exp.Anonymous, place: Place) -> Typed:
    name = str(node.this).lower()
    values = [localised(place.typed(one), node, place) for one in node.expressions]
    return scalar(f"local {name}", values, node, place)


for name, part in (_PARTS | _CLOCK_PARTS).items():
    special(name)(_part)
    declare(f"local {name}(timestamp) -> bigint", f"CAST(date_part('{part}', {{0}}) AS BIGINT)")
    if name in _PARTS:
        declare(f"local {name}(date) -> bigint", f"CAST(date_part('{part}', {{0}}) AS BIGINT)")
special("millisecond")(_part)
declare("local millisecond(timestamp) -> bigint", "(date_part('millisecond', {0}) % 1000)")
for (name, kind), sql in _INTERVAL_PARTS.items():
    declare(f"local {name}({kind}) -> bigint", sql)


def _unit(node: exp.Anonymous, place: Place, count: int) -> str:
    if len(node.expressions) != count:
        text = f"Unexpected parameters for function {node.this}"
        place.translation.fail("FUNCTION_NOT_FOUND", text, node)
    unit = place.typed(node.expressions[0]).literal
    if not isinstance(unit, str):
        place.translation.refuse("a unit that is not a literal", node)
    if unit.lower() not in (*_DATE_UNITS, *_TIME_UNITS):
        text = f"'{unit}' is not a valid Timestamp field"
        place.translation.fail("INVALID_FUNCTION_ARGUMENT", text, node)
    return unit.lower()


def moment(value: Typed, node: exp.Expression, place: Place) -> Typed:
    """``value``, which must be a date or a timestamp."""
    if value.kind.base in (NANO, NANO_ZONED):
        place.translation.refuse(f"{node.this} of {value.kind}", node)
    if value.kind.base not in ("date", "timestamp", ZONED):
        text = f"Unexpected parameters ({value.kind}) for function {node.this}"
        place.translation.fail("FUNCTION_NOT_FOUND", text, node)
    return value


def _fits_date(unit: str, value: Typed, node: exp.Expression, place: Place) -> None:
    if value.kind == DATE and unit not in _DATE_UNITS:
        text = f"'{unit}' is not a valid DATE field"
        place.translation.fail("INVALID_FUNCTION_ARGUMENT", text, node)


@special("date_trunc")
def date_trunc(node: exp.Anonymous, place: Place) -> Typed:
    """The beginning of the unit, by the clock of the value's zone; weeks begin on Monday."""
    unit = _unit(node, place, 2)
    value = moment(place.typed(node.expressions[1]), node, place)
    _fits_date(unit, value, node, place)
    local = localised(value, node, place)
    kind = "DATE" if local.kind == DATE else "TIMESTAMP"
    made = Typed(f"CAST(date_trunc('{unit}', {local.sql}) AS {kind})", local.kind)
    return at_zone(made, value.kind) if value.kind.base == ZONED else made


@special("date_add")
def date_add(node: exp.Anonymous, place: Place) -> Typed:
    """``date_add(unit, value, moment)``; the last day of a month stays inside it."""
    unit = _unit(node, place, 3)
    amount = place.typed_as(node.expressions[1], BIGINT, "date_add value").sql
    value = moment(place.typed(node.expressions[2]), node, place)
    _fits_date(unit, value, node, place)
    zone = value.kind.args[1] if value.kind.base == ZONED else "UTC"
    elapsed = unit in _TIME_UNITS
    local = value if elapsed or zone == "UTC" else localised(value, node, place)
    months = {"month": 1, "quarter": 3, "year": 12}
    if unit in months:
        step = f"to_months(CAST({amount} * {months[unit]} AS INTEGER))"
    elif elapsed:
        micros = {"millisecond": 1000, "second": 10**6, "minute": 6 * 10**7, "hour": 36 * 10**8}
        step = f"to_microseconds({amount} * {micros[unit]})"
    else:
        step = f"to_days(CAST({amount} * {7 if unit == 'week' else 1} AS INTEGER))"
    kind = "DATE" if value.kind == DATE else "TIMESTAMP"
    made = Typed(f"CAST(({local.sql} + {step}) AS {kind})", local.kind)
    if value.kind.base == "timestamp" and unit == "millisecond":
        return Typed(made.sql, Type("timestamp", (max(3, value.kind.args[0]),)))
    back = value.kind.base == ZONED and local.kind.base != ZONED
    return at_zone(made, value.kind) if back else made


@special("date_diff")
def date_diff(node: exp.Anonymous, place: Place) -> Typed:
    """Whole units from the first moment to the second."""
    unit = _unit(node, place, 3)
    values = [place.typed(one) for one in node.expressions[1:]]
    if all(one.kind.base in (NANO, NANO_ZONED) for one in values):
        from millrace_localcloud.athena.nanoseconds import difference

        return difference(unit, values[0], values[1], node, place)
    first, second = (moment(one, node, place) for one in values)
    _fits_date(unit, first if second.kind == DATE else second, node, place)
    zones = {one.kind.args[1] for one in (first, second) if one.kind.base == ZONED}
    if len(zones) > 1 and unit not in _TIME_UNITS:
        place.translation.refuse("date_diff between time zones", node)
    if unit in _TIME_UNITS:
        one, other = (f"epoch_us(CAST({v.sql} AS TIMESTAMP))" for v in (first, second))
        micros = {"millisecond": 1000, "second": 10**6, "minute": 6 * 10**7, "hour": 36 * 10**8}
        return Typed(f"(({other} - {one}) // {micros[unit]})", BIGINT)
    one, other = (f"CAST({localised(v, node, place).sql} AS TIMESTAMP)" for v in (first, second))
    return Typed(f"datesub('{unit}', {one}, {other})", BIGINT)


@special("date")
def to_date(node: exp.Anonymous, place: Place) -> Typed:
    """``date(x)`` is ``CAST(x AS date)``."""
    from millrace_localcloud.athena.casts import convert

    return convert(place.typed(node.expressions[0]), DATE, node, place)


@special("now")
def now(node: exp.Anonymous, place: Place) -> Typed:
    """When the query began."""
    from millrace_localcloud.athena.literals import current_timestamp

    return current_timestamp(exp.CurrentTimestamp(), place)


@special("to_unixtime")
def to_unixtime(node: exp.Anonymous, place: Place) -> Typed:
    """Seconds since 1970 in UTC."""
    value = moment(place.typed(node.expressions[0]), node, place)
    return Typed(f"(epoch_us(CAST({value.sql} AS TIMESTAMP)) / 1000000.0e0)", DOUBLE)


@special("last_day_of_month")
def last_day_of_month(node: exp.Anonymous, place: Place) -> Typed:
    """The month's last day."""
    value = localised(moment(place.typed(node.expressions[0]), node, place), node, place)
    return Typed(f"last_day({value.sql})", DATE)


@special("sequence")
def sequence(node: exp.Anonymous, place: Place) -> Typed:
    """Numbers or moments from the first to the last, both included."""
    from millrace_localcloud.athena.functions.sequences import sequence_of

    return sequence_of([place.typed(one) for one in node.expressions], node, place)
