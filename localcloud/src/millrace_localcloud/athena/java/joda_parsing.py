"""``parse_datetime``: texts by Joda-Time's patterns, in English."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from millrace_localcloud.athena.functions.failures import FunctionFailed, invalid_argument
from millrace_localcloud.athena.java.mysql_dates import DAYS, MONTHS

_TOKEN = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+")
_NAMES = {
    "H": "hour",
    "h": "half",
    "K": "half",
    "m": "minute",
    "s": "second",
    "d": "day",
    "M": "month",
}
_WORDS = {
    "a": "(?P<noon>AM|PM)",
    "E": f"(?:{'|'.join([*DAYS, *(day[:3] for day in DAYS)])})",
    "Z": r"(?P<zone>[+-]\d{2}:?\d{2}|Z)",
}


@lru_cache(maxsize=64)
def _form(pattern: str) -> re.Pattern[str]:
    parts = []
    for found in _TOKEN.finditer(pattern):
        if found[2]:
            parts.append(_group(found[2], len(found[0]), pattern[found.end() : found.end() + 1]))
        elif found[1] is not None:
            parts.append(re.escape(found[1].replace("''", "'") or "'"))
        else:
            parts.append(re.escape(found[0]))
    try:
        return re.compile("".join(parts), re.IGNORECASE)
    except re.error as error:
        raise FunctionFailed("NOT_SUPPORTED", f"a date pattern as {pattern}") from error


def _group(letter: str, size: int, following: str) -> str:
    if letter in ("y", "Y") and size != 2:
        if following.isalpha():  # digits follow at once: Joda takes no more than are asked for
            return rf"(?P<year>\d{{{size}}})"
        return rf"(?P<year>[+-]?\d{{{size if size > 3 else 1},9}})"
    if letter == "M" and size > 2:
        names = [name if size > 3 else name[:3] for name in MONTHS]
        return f"(?P<name>{'|'.join(names)})"
    if letter == "S":
        return rf"(?P<fraction>\d{{1,{size}}})"
    if letter in _NAMES:
        return rf"(?P<{_NAMES[letter]}>\d{{1,2}})"
    if letter in _WORDS and (letter != "Z" or size < 3):
        return _WORDS[letter]
    text = f"the local cloud does not support '{letter * size}' in a date pattern"
    raise FunctionFailed("NOT_SUPPORTED", text)


def names_zone(pattern: str) -> bool:
    """Whether the text holds a zone."""
    return any(found[2] in ("Z", "z") for found in _TOKEN.finditer(pattern) if found[2])


def zone_of(text: str, pattern: str) -> str | None:
    """The zone in a text; None when it does not fit the pattern."""
    found = _form(pattern).fullmatch(text)
    written = found["zone"] if found else None
    if written is None:
        return None
    shown = f"{written[:3]}:{written[-2:]}"
    return "UTC" if written in ("Z", "z") or shown[1:] == "00:00" else shown


def parse_datetime(text: str, pattern: str) -> datetime:
    """The moment in UTC."""
    matched = _form(pattern).fullmatch(text)
    wrong = f'Invalid format: "{text}"'
    if matched is None:
        raise invalid_argument(wrong)
    if "year" not in matched.groupdict():
        text = f"the local cloud does not support a date pattern without a year: {pattern}"
        raise FunctionFailed("NOT_SUPPORTED", text)
    parts = {name: value for name, value in matched.groupdict().items() if value is not None}
    month = int(parts.get("month", 1))
    if "name" in parts:
        month = [name[:3].lower() for name in MONTHS].index(parts["name"][:3].lower()) + 1
    hour = int(parts.get("hour", 0))
    if "half" in parts:
        hour = int(parts["half"]) % 12 + (12 if parts.get("noon", "").upper() == "PM" else 0)
    try:
        local = datetime(
            int(parts["year"]),
            month,
            int(parts.get("day", 1)),
            hour,
            int(parts.get("minute", 0)),
            int(parts.get("second", 0)),
            int(parts.get("fraction", "0").ljust(6, "0")[:3]) * 1000,
            _offset(parts.get("zone", "Z")),
        )
        return local.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError) as error:
        raise invalid_argument(wrong) from error


def _offset(zone: str) -> timezone:
    if zone in ("Z", "z"):
        return UTC
    sign = -1 if zone[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:])))
