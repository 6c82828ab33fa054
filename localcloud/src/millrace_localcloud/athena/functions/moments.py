"""Texts as moments and durations (Trino documentation, "Date and time functions")."""

from __future__ import annotations

import re

from sqlglot import exp

from millrace_localcloud.athena.functions.failures import invalid_argument
from millrace_localcloud.athena.functions.registry import declare
from millrace_localcloud.athena.functions.special_forms import special
from millrace_localcloud.athena.java import joda_parsing
from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.translation import Place
from millrace_localcloud.athena.types import VARCHAR, Type, zoned

_UNITS = (
    ("week", 604_800),
    ("day", 86_400),
    ("hour", 3_600),
    ("minute", 60),
    ("second", 1),
)
_DURATION = {
    "ns": 1e-6,
    "us": 1e-3,
    "ms": 1.0,
    "s": 1e3,
    "m": 6e4,
    "h": 3.6e6,
    "d": 8.64e7,
}


def human_readable_seconds(seconds: float) -> str:
    """``1 hour, 2 minutes, 42 seconds``."""
    rest, parts = round(abs(seconds)), []
    for name, size in _UNITS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {name}{'s' if count > 1 else ''}")
    return ", ".join(parts) or "0 seconds"


def parse_duration(text: str) -> int:
    """``3.81 d`` in milliseconds."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*", text)
    if not found or found[2] not in _DURATION:
        raise invalid_argument(f"duration is not a valid data duration string: {text}")
    return int(float(found[1]) * _DURATION[found[2]] + 0.5)


declare("human_readable_seconds(double) -> varchar", human_readable_seconds)
declare("parse_duration(varchar) -> interval day to second", parse_duration)
declare("to_milliseconds(interval day to second) -> bigint", "{0}")
declare("current_timezone() -> varchar", "'UTC'")


@special("parse_datetime")
def parse_datetime(node: exp.Anonymous, place: Place) -> Typed:
    """A moment from text by a Joda pattern, in UTC where the text names no zone."""
    if len(node.expressions) != 2:
        text = "Unexpected parameters for function parse_datetime"
        place.translation.fail("FUNCTION_NOT_FOUND", text, node)
    values = [place.typed_as(one, VARCHAR, "parse_datetime") for one in node.expressions]
    pattern = values[1].literal
    if not isinstance(pattern, str):
        place.translation.refuse("parse_datetime with a pattern that is no literal", node)
    zone: str | None = "UTC"
    if joda_parsing.names_zone(pattern):
        written = values[0].literal
        zone = joda_parsing.zone_of(written, pattern) if isinstance(written, str) else None
    made = place.call(joda_parsing.parse_datetime, values, Type("timestamp", (3,)))
    return Typed(made.sql, zoned(3, zone))
