"""``date_format`` and ``date_parse``: MySQL's patterns, in English.

Trino documentation, "Date and time functions", "MySQL date functions": the specifiers and the
ones that are not supported (%D %U %u %V %w %X).
"""

from __future__ import annotations

import re
from datetime import datetime

from millrace_localcloud.athena.functions.failures import invalid_argument

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_HOUR = "{0.hour:02d}"


def date_format(moment: datetime, pattern: str) -> str:
    """The moment as text."""
    return re.sub("%(.)", lambda found: _written(moment, found[1]), pattern, flags=re.DOTALL)


def _written(moment: datetime, letter: str) -> str:
    hour12 = (moment.hour + 11) % 12 + 1
    noon = "AM" if moment.hour < 12 else "PM"
    if letter in "DUuVwX":
        raise invalid_argument(f"%{letter} not supported in date format string")
    known = {
        "a": DAYS[moment.weekday()][:3],
        "b": MONTHS[moment.month - 1][:3],
        "c": f"{moment.month}",
        "d": f"{moment.day:02d}",
        "e": f"{moment.day}",
        "f": f"{moment.microsecond:06d}",
        "H": f"{moment.hour:02d}",
        "h": f"{hour12:02d}",
        "I": f"{hour12:02d}",
        "i": f"{moment.minute:02d}",
        "j": f"{moment.timetuple().tm_yday:03d}",
        "k": f"{moment.hour}",
        "l": f"{hour12}",
        "M": MONTHS[moment.month - 1],
        "m": f"{moment.month:02d}",
        "p": noon,
        "r": f"{hour12:02d}:{moment.minute:02d}:{moment.second:02d} {noon}",
        "S": f"{moment.second:02d}",
        "s": f"{moment.second:02d}",
        "T": f"{moment.hour:02d}:{moment.minute:02d}:{moment.second:02d}",
        "v": f"{moment.isocalendar().week:02d}",
        "W": DAYS[moment.weekday()],
        "x": f"{moment.isocalendar().year:04d}",
        "Y": f"{moment.year:04d}",
        "y": f"{moment.year % 100:02d}",
        "%": "%",
    }
    return known.get(letter, letter)


_READ = {
    "Y": ("year", r"\d{4}"),
    "y": ("short_year", r"\d{2}"),
    "m": ("month", r"\d{1,2}"),
    "c": ("month", r"\d{1,2}"),
    "d": ("day", r"\d{1,2}"),
    "e": ("day", r"\d{1,2}"),
    "H": ("hour", r"\d{1,2}"),
    "k": ("hour", r"\d{1,2}"),
    "h": ("hour12", r"\d{1,2}"),
    "I": ("hour12", r"\d{1,2}"),
    "l": ("hour12", r"\d{1,2}"),
    "i": ("minute", r"\d{1,2}"),
    "s": ("second", r"\d{1,2}"),
    "S": ("second", r"\d{1,2}"),
    "f": ("fraction", r"\d{1,9}"),
    "p": ("noon", "AM|PM"),
    "M": ("name", "|".join(MONTHS)),
    "b": ("name", "|".join(name[:3] for name in MONTHS)),
}


def date_parse(text: str, pattern: str) -> datetime:
    """A timestamp from text."""
    pattern = pattern.replace("%T", "%H:%i:%s").replace("%r", "%h:%i:%s %p")
    form = ""
    for found in re.finditer("%(.)|(.)", pattern, re.DOTALL):
        letter = found[1]
        if letter == "%" or letter is None:
            form += re.escape(letter or found[2])
        elif letter in _READ:
            form += f"(?P<{_READ[letter][0]}>{_READ[letter][1]})"
        else:
            raise invalid_argument(f"%{letter} not supported in date format string")
    try:
        matched = re.fullmatch(form, text, re.IGNORECASE)
        if matched is None:
            raise ValueError(text)
        return _moment(matched.groupdict())
    except (ValueError, re.error) as error:
        raise invalid_argument(f'Invalid format: "{text}"') from error


def _moment(parts: dict[str, str]) -> datetime:
    month = int(parts.get("month") or 1)
    if parts.get("name"):
        month = [name[:3].lower() for name in MONTHS].index(parts["name"][:3].lower()) + 1
    hour = int(parts.get("hour") or 0)
    if parts.get("hour12"):
        hour = int(parts["hour12"]) % 12 + (12 if (parts.get("noon") or "").upper() == "PM" else 0)
    year = int(parts.get("year") or 1970)
    if parts.get("short_year"):
        short = int(parts["short_year"])
        year = short + (1900 if short >= 70 else 2000)
    return datetime(
        year,
        month,
        int(parts.get("day") or 1),
        hour,
        int(parts.get("minute") or 0),
        int(parts.get("second") or 0),
        int((parts.get("fraction") or "0").ljust(6, "0")[:3]) * 1000,
    )
