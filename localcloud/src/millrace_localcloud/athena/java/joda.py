"""``format_datetime``: Joda-Time's patterns, in English; zones of ISO 8601 text."""

from __future__ import annotations

import re
from datetime import datetime

from millrace_localcloud.athena.functions.failures import FunctionFailed
from millrace_localcloud.athena.java.mysql_dates import DAYS, MONTHS

_TOKEN = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+")


def format_datetime(moment: datetime, pattern: str) -> str:
    """The moment as text."""
    parts = []
    for found in _TOKEN.finditer(pattern):
        if found[2]:
            parts.append(_written(moment, found[2], len(found[0])))
        elif found[1] is not None:
            parts.append(found[1].replace("''", "'") or "'")
        else:
            parts.append(found[0])
    return "".join(parts)


def _written(moment: datetime, letter: str, size: int) -> str:
    week = moment.isocalendar()
    numbers = {
        "d": moment.day,
        "D": moment.timetuple().tm_yday,
        "e": week.weekday,
        "h": (moment.hour + 11) % 12 + 1,
        "H": moment.hour,
        "k": moment.hour or 24,
        "K": moment.hour % 12,
        "m": moment.minute,
        "s": moment.second,
        "w": week.week,
        "M": moment.month,
    }
    if letter in ("y", "Y", "x"):
        year = week.year if letter == "x" else moment.year
        return f"{year % 100:02d}" if size == 2 else f"{year:0{size}d}"
    if letter == "M" and size > 2:
        return MONTHS[moment.month - 1][: 3 if size == 3 else None]
    if letter == "E":
        return DAYS[moment.weekday()][: 3 if size < 4 else None]
    if letter == "a":
        return "AM" if moment.hour < 12 else "PM"
    if letter == "S":
        return f"{moment.microsecond:06d}".ljust(size, "0")[:size]
    if letter in numbers:
        return f"{numbers[letter]:0{size}d}"
    text = f"the local cloud does not support '{letter}' in a date pattern"
    raise FunctionFailed("NOT_SUPPORTED", text)


def iso_zone(text: str) -> str:
    """The zone that ISO 8601 text ends with; UTC without one."""
    found = re.search(r"T.*([+-]\d{2}):?(\d{2})?$", text)
    return f"{found[1]}:{found[2] or '00'}" if found else "UTC"
