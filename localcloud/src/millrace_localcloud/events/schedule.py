"""Schedule expressions: ``rate``, ``cron`` and ``at``. Pure.

EventBridge Scheduler User Guide, "Schedule types in EventBridge Scheduler".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from millrace_localcloud.events.cron import Cron, ScheduleInvalid

_EXPRESSION = re.compile(r"(rate|cron|at)\((.*)\)")
_RATE = re.compile(r"([1-9]\d*) (minute|hour|day)(s?)")


class Schedule(Protocol):
    """When something is due."""

    def next_after(self, moment: datetime) -> datetime | None:
        """The first due time after ``moment``, aware; None when there is none left."""
        ...


@dataclass(frozen=True, slots=True)
class Rate:
    """Every ``interval`` from ``start`` on, at ``start`` itself not."""

    interval: timedelta
    start: datetime

    def next_after(self, moment: datetime) -> datetime:
        passed = max((moment - self.start) // self.interval, 0)
        return self.start + (passed + 1) * self.interval


@dataclass(frozen=True, slots=True)
class Recurring:
    """A cron expression in its time zone."""

    cron: Cron
    zone: tzinfo

    def next_after(self, moment: datetime) -> datetime | None:
        return self.cron.next_after(moment, self.zone)


@dataclass(frozen=True, slots=True)
class Once:
    """One moment."""

    at: datetime

    def next_after(self, moment: datetime) -> datetime | None:
        return self.at if self.at > moment else None


def parse_schedule(expression: str, *, start: datetime, timezone: str = "UTC") -> Schedule:
    """Read an expression.

    Args:
        expression: As ``rate(5 minutes)``, ``cron(0 6 ? * MON-FRI *)`` or
            ``at(2026-11-20T13:00:00)``.
        start: From when a rate counts, aware.
        timezone: IANA name, for cron and at.

    Raises:
        ScheduleInvalid: AWS would refuse it.
    """
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError) as exc:
        raise ScheduleInvalid(f"unknown time zone {timezone}") from exc
    found = _EXPRESSION.fullmatch(expression)
    if not found:
        raise ScheduleInvalid(f"{expression!r} is neither rate(…) nor cron(…) nor at(…)")
    kind, text = found.groups()
    if kind == "cron":
        return Recurring(Cron.parse(text), zone)
    if kind == "rate":
        return Rate(_parse_interval(text), start)
    return Once(_parse_moment(text, zone))


def _parse_interval(text: str) -> timedelta:
    found = _RATE.fullmatch(text)
    # "A singular value takes a singular unit": rate(1 hours) and rate(5 hour) are invalid.
    if not found or (found[1] == "1") == bool(found[3]):
        raise ScheduleInvalid(f"rate({text}) is no valid rate")
    return timedelta(**{f"{found[2]}s": int(found[1])})


def _parse_moment(text: str, zone: tzinfo) -> datetime:
    try:
        local = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S")
    except ValueError as exc:
        raise ScheduleInvalid(f"at({text}): {exc}") from exc
    return local.replace(tzinfo=zone).astimezone(UTC)
