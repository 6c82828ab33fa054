from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from millrace_localcloud.events.cron import ScheduleInvalid
from millrace_localcloud.events.schedule import parse_schedule

START = datetime(2026, 1, 1, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "after_start"),
    [
        ("rate(1 minute)", timedelta(minutes=1)),
        ("rate(5 hours)", timedelta(hours=5)),
        ("rate(1 day)", timedelta(days=1)),
    ],
)
def test_a_rate_counts_from_its_start(expression, after_start):
    schedule = parse_schedule(expression, start=START)

    first = schedule.next_after(START)

    assert first == START + after_start
    assert schedule.next_after(first) == START + 2 * after_start
    assert schedule.next_after(first - timedelta(seconds=1)) == first


def test_at_is_due_once_in_its_zone():
    schedule = parse_schedule("at(2026-07-01T06:00:00)", start=START, timezone="Europe/Zurich")

    due_at = schedule.next_after(START)

    assert due_at == datetime(2026, 7, 1, 4, tzinfo=UTC)
    assert schedule.next_after(due_at) is None


@pytest.mark.parametrize(
    "expression",
    [
        "rate(0 minutes)",
        "rate(1 minutes)",
        "rate(5 minute)",
        "rate(5 weeks)",
        "rate(5minutes)",
        "at(2026-07-01)",
        "at(2026-02-30T00:00:00)",
        "cron(bad)",
        "every day",
        "",
    ],
)
def test_other_expressions_are_refused(expression):
    with pytest.raises(ScheduleInvalid):
        parse_schedule(expression, start=START)


def test_an_unknown_time_zone_is_refused_by_name():
    with pytest.raises(ScheduleInvalid, match="Mars/Olympus"):
        parse_schedule("rate(1 day)", start=START, timezone="Mars/Olympus")
