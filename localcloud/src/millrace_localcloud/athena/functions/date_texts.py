"""Dates and times as text and back (Trino documentation, "Date and time functions")."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from sqlglot import exp

from millrace_localcloud.athena.functions.dates import localised, moment
from millrace_localcloud.athena.functions.failures import invalid_argument
from millrace_localcloud.athena.functions.registry import declare
from millrace_localcloud.athena.functions.special_forms import special
from millrace_localcloud.athena.java import joda, mysql_dates
from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.translation import Place, quoted
from millrace_localcloud.athena.types import DATE, VARCHAR, ZONED, Type, zoned
from millrace_localcloud.athena.zones import offset_milliseconds


@special("from_iso8601_timestamp")
def from_iso8601_timestamp(node: exp.Anonymous, place: Place) -> Typed:
    """A moment from ISO 8601 text; a literal shows its zone."""
    value = place.typed_as(node.expressions[0], VARCHAR, "from_iso8601_timestamp argument")
    zone = None
    if isinstance(value.literal, str):
        zone = joda.iso_zone(value.literal)
    made = place.call(iso_utc, [value], Type("timestamp", (3,)))
    return Typed(made.sql, zoned(3, zone))


def iso_utc(text: str) -> datetime:
    """The moment of ISO 8601 text, in UTC."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise invalid_argument(f'Invalid format: "{text}"') from error
    return (
        (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC).replace(tzinfo=None)
    )


_ISO_DATES = (
    (re.compile(r"\d{4}-\d{2}-\d{2}"), ("", "%Y-%m-%d")),
    (re.compile(r"\d{4}-\d{2}"), ("-01", "%Y-%m-%d")),
    (re.compile(r"\d{4}"), ("-01-01", "%Y-%m-%d")),
    (re.compile(r"\d{4}-\d{3}"), ("", "%Y-%j")),
    (re.compile(r"\d{4}-W\d{2}-\d"), ("", "%G-W%V-%u")),
    (re.compile(r"\d{4}-W\d{2}"), ("-1", "%G-W%V-%u")),
)
"""Forms of dates, what completes one, and how strptime reads it."""


def iso_date(text: str) -> date:
    """The day of ISO 8601 text: a calendar date, a week date or a day of a year.

    A month, week or year stands for its first day (Joda-Time, ISODateTimeFormat.dateElementParser).
    """
    try:
        for pattern, form in _ISO_DATES:
            if pattern.fullmatch(text):
                return datetime.strptime(text + form[0], form[1]).date()
        raise ValueError
    except ValueError as error:
        raise invalid_argument(f'Invalid format: "{text}"') from error


@special("to_iso8601")
def to_iso8601(node: exp.Anonymous, place: Place) -> Typed:
    """ISO 8601 text."""
    value = moment(place.typed(node.expressions[0]), node, place)
    if value.kind == DATE:
        return Typed(f"CAST({value.sql} AS VARCHAR)", VARCHAR)
    local = localised(value, node, place)
    digits = local.kind.args[0]
    length = 19 + (digits + 1 if digits else 0)
    text = f"left(strftime({local.sql}, '%Y-%m-%dT%H:%M:%S.%f'), {length})"
    if value.kind.base != ZONED:
        return Typed(text, VARCHAR)
    if offset_milliseconds(value.kind.args[1]) is None:
        place.translation.refuse("to_iso8601 in a zone whose offset changes", node)
    suffix = "Z" if value.kind.args[1] == "UTC" else value.kind.args[1]
    return Typed(f"({text} || {quoted(suffix)})", VARCHAR)


@special("date_format")
def date_format(node: exp.Anonymous, place: Place) -> Typed:
    """Text by a MySQL pattern."""
    return _formatted(node, place, mysql_dates.date_format)


@special("format_datetime")
def format_datetime(node: exp.Anonymous, place: Place) -> Typed:
    """Text by a Joda pattern."""
    return _formatted(node, place, joda.format_datetime)


def _formatted(node: exp.Anonymous, place: Place, function: object) -> Typed:
    if len(node.expressions) != 2:
        place.translation.fail(
            "FUNCTION_NOT_FOUND", f"Unexpected parameters for function {node.this}", node
        )
    value = localised(moment(place.typed(node.expressions[0]), node, place), node, place)
    found = Typed(f"CAST({value.sql} AS TIMESTAMP)", Type("timestamp", (3,)))
    pattern = place.typed_as(node.expressions[1], VARCHAR, f"{node.this} pattern")
    return place.call(function, [found, pattern], VARCHAR)  # type: ignore[arg-type]


declare("from_iso8601_date(varchar) -> date", iso_date)
declare("date_parse(varchar, varchar) -> timestamp", mysql_dates.date_parse)
