"""AWS cron expressions: six fields, and the next moment that they name. Pure.

EventBridge User Guide, "Cron expressions reference"; EventBridge Scheduler User Guide, "Daylight
savings time in EventBridge Scheduler".
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

_MONTH_NAMES = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"
_WEEKDAY_NAMES = "SUN MON TUE WED THU FRI SAT"
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES.split(), start=1)}
_WEEKDAYS = {name: number for number, name in enumerate(_WEEKDAY_NAMES.split(), start=1)}
_YEARS = (1970, 2199)
_NTH = re.compile(r"([1-7])#([1-5])")


class ScheduleInvalid(ValueError):
    """The expression is not one that AWS accepts."""


@dataclass(frozen=True, slots=True)
class Cron:
    """One parsed expression; it has minutes, no seconds."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    day_of_month: str
    months: tuple[int, ...]
    day_of_week: str
    years: tuple[int, ...]

    @classmethod
    def parse(cls, text: str) -> Cron:
        """Read ``minutes hours day-of-month month day-of-week year``. Raises ScheduleInvalid."""
        fields = text.upper().split()
        if len(fields) != 6:
            raise ScheduleInvalid(f"cron needs six fields, {text!r} has {len(fields)}")
        minutes, hours, day_of_month, months, day_of_week, years = fields
        if (day_of_month == "?") == (day_of_week == "?"):
            raise ScheduleInvalid("exactly one of day-of-month and day-of-week must be ?")
        cron = cls(
            minutes=_numbers(minutes, 0, 59),
            hours=_numbers(hours, 0, 23),
            day_of_month=day_of_month,
            months=_numbers(months, 1, 12, _MONTHS),
            day_of_week=_without_names(day_of_week),
            years=_numbers(years, *_YEARS),
        )
        # Any month serves to find out whether the day fields can be read at all.
        cron.days_in(2024, 1)
        return cron

    def next_after(self, moment: datetime, zone: tzinfo = UTC) -> datetime | None:
        """The first moment after ``moment`` that the expression names; None when there is none.

        Args:
            moment: Aware.
            zone: In which the fields are meant. A time that the clocks skip is skipped; one that
                they show twice counts once, the first time.
        """
        # A day early: the zone may be behind, and the comparison below is exact.
        start = moment.astimezone(zone).date() - timedelta(days=1)
        for day in self._days_from(start):
            for hour in self.hours:
                for minute in self.minutes:
                    local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
                    instant = local.astimezone(UTC)
                    exists = instant.astimezone(zone).replace(tzinfo=None) == local.replace(
                        tzinfo=None
                    )
                    if exists and instant > moment:
                        return instant
        return None

    def days_in(self, year: int, month: int) -> list[int]:
        """Days of one month that the two day fields name, in order."""
        if self.day_of_week == "?":
            days = _days_of_month(self.day_of_month, year, month)
        else:
            days = _days_of_week(self.day_of_week, year, month)
        return sorted(days)

    def _days_from(self, start: date) -> Iterator[date]:
        for year in self.years:
            if year < start.year:
                continue
            for month in self.months:
                if (year, month) < (start.year, start.month):
                    continue
                for day in self.days_in(year, month):
                    if date(year, month, day) >= start:
                        yield date(year, month, day)


def _days_of_month(field: str, year: int, month: int) -> set[int]:
    last = calendar.monthrange(year, month)[1]
    if field == "L":
        return {last}
    if field == "LW":
        return {_nearest_weekday(year, month, last)}
    if field.endswith("W") and field[:-1].isdigit() and 1 <= int(field[:-1]) <= 31:
        day = int(field[:-1])
        return {_nearest_weekday(year, month, day)} if day <= last else set()
    return {day for day in _numbers(field, 1, 31) if day <= last}


def _nearest_weekday(year: int, month: int, day: int) -> int:
    """The weekday nearest to ``day`` within its month."""
    last = calendar.monthrange(year, month)[1]
    match date(year, month, day).isoweekday():
        case 6:
            return day - 1 if day > 1 else day + 2
        case 7:
            return day + 1 if day < last else day - 2
    return day


def _days_of_week(field: str, year: int, month: int) -> set[int]:
    last = calendar.monthrange(year, month)[1]
    by_weekday: dict[int, list[int]] = {weekday: [] for weekday in range(1, 8)}
    for day in range(1, last + 1):
        by_weekday[date(year, month, day).isoweekday() % 7 + 1].append(day)
    if field == "L":
        return set(by_weekday[7])
    if re.fullmatch("[1-7]L", field):
        return {by_weekday[int(field[0])][-1]}
    if nth := _NTH.fullmatch(field):
        weekday, place = int(nth[1]), int(nth[2])
        return set(by_weekday[weekday][place - 1 : place])
    return {day for weekday in _numbers(field, 1, 7) for day in by_weekday[weekday]}


def _without_names(field: str) -> str:
    return re.sub("[A-Z]{3}", lambda name: str(_WEEKDAYS.get(name[0], name[0])), field)


def _numbers(
    field: str, low: int, high: int, names: dict[str, int] | None = None
) -> tuple[int, ...]:
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, last = _span(span, low, high, names or {})
        if step:
            if not step.isdigit() or int(step) == 0:
                raise ScheduleInvalid(f"{part!r} is no increment")
            # "a/b" runs from a to the end of the field.
            last = high if span.isalnum() else last
        found.update(range(first, last + 1, int(step or 1)))
    return tuple(sorted(found))


def _span(span: str, low: int, high: int, names: dict[str, int]) -> tuple[int, int]:
    if span == "*":
        return low, high
    ends = [_number(end, names) for end in span.split("-")]
    first, last = ends[0], ends[-1]
    if len(ends) > 2 or not low <= first <= last <= high:
        raise ScheduleInvalid(f"{span!r} is not within {low}-{high}")
    return first, last


def _number(text: str, names: dict[str, int]) -> int:
    if text in names:
        return names[text]
    if not text.isdigit():
        raise ScheduleInvalid(f"{text!r} is no number of this field")
    return int(text)
