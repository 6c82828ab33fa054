from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from millrace_localcloud.events.cron import Cron, ScheduleInvalid


def due(expression, after, count=1, zone="UTC"):
    cron, moment, found = Cron.parse(expression), datetime.fromisoformat(after), []
    while len(found) < count and (moment := cron.next_after(moment, ZoneInfo(zone))):
        found.append(moment.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes")[:16])
    return found


# The examples of "Cron expressions reference" in the EventBridge User Guide.
@pytest.mark.parametrize(
    ("expression", "after", "expected"),
    [
        ("0 10 * * ? *", "2026-01-01T10:00Z", ["2026-01-02T10:00", "2026-01-03T10:00"]),
        ("15 12 * * ? *", "2026-01-01T00:00Z", ["2026-01-01T12:15"]),
        ("0 18 ? * MON-FRI *", "2026-01-02T18:00Z", ["2026-01-05T18:00"]),
        ("0 8 1 * ? *", "2026-01-01T08:00Z", ["2026-02-01T08:00"]),
        ("0/15 * * * ? *", "2026-01-01T00:07Z", ["2026-01-01T00:15", "2026-01-01T00:30"]),
        ("0/10 * ? * MON-FRI *", "2026-01-02T23:55Z", ["2026-01-05T00:00"]),
        ("0/5 8-17 ? * MON-FRI *", "2026-01-02T17:54Z", ["2026-01-02T17:55", "2026-01-05T08:00"]),
        ("0/30 20-2 ? * MON-FRI *", None, None),
        ("15 10 ? * 6L 2026-2027", "2026-01-01T00:00Z", ["2026-01-30T10:15", "2026-02-27T10:15"]),
        ("0 9 ? * 2#1 *", "2026-01-01T00:00Z", ["2026-01-05T09:00", "2026-02-02T09:00"]),
        ("0 0 L * ? *", "2028-02-01T00:00Z", ["2028-02-29T00:00", "2028-03-31T00:00"]),
        ("0 0 ? * L *", "2026-01-01T00:00Z", ["2026-01-03T00:00"]),
        ("0 0 3W * ? *", "2026-01-01T00:00Z", ["2026-01-02T00:00", "2026-02-03T00:00"]),
        ("0 0 1W * ? *", "2026-08-01T00:00Z", ["2026-08-03T00:00"]),
        ("0 0 LW * ? *", "2026-01-01T00:00Z", ["2026-01-30T00:00"]),
        ("0 0 1 JAN,JUL ? 2026", "2026-02-01T00:00Z", ["2026-07-01T00:00"]),
        ("0 0 ? * 1,SAT *", "2026-01-01T00:00Z", ["2026-01-03T00:00", "2026-01-04T00:00"]),
        ("0 0 29 2 ? *", "2026-01-01T00:00Z", ["2028-02-29T00:00"]),
        ("0 0 31 2 ? *", "2026-01-01T00:00Z", []),
        ("0 0 1 1 ? 2020", "2026-01-01T00:00Z", []),
    ],
)
def test_an_expression_names_the_moments_that_aws_documents(expression, after, expected):
    if expected is None:
        with pytest.raises(ScheduleInvalid):
            Cron.parse(expression)
    else:
        assert due(expression, after, len(expected) or 1) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "bad",
        "* * * * *",
        "0 6 * * * *",
        "0 6 ? * ? *",
        "60 6 * * ? *",
        "0 24 * * ? *",
        "0 6 0 * ? *",
        "0 6 32 * ? *",
        "0 6 * 13 ? *",
        "0 6 ? * 8 *",
        "0 6 ? * 0 *",
        "0 6 ? * XYZ *",
        "0 6 ? * 2#6 *",
        "0 6 * FEBRUARY ? *",
        "0 6 * * ? 1969",
        "0/0 6 * * ? *",
        "5-1 6 * * ? *",
        "a 6 * * ? *",
        "? 6 * * ? *",
        "0,,1 6 * * ? *",
    ],
)
def test_what_aws_refuses_is_refused(expression):
    with pytest.raises(ScheduleInvalid):
        Cron.parse(expression)


def test_a_time_that_the_clocks_skip_is_skipped():
    # New York, 8 March 2026: 02:00 to 03:00 does not exist.
    found = due("30 2 * * ? *", "2026-03-07T08:00Z", 2, zone="America/New_York")

    assert found == ["2026-03-09T02:30", "2026-03-10T02:30"]


def test_a_time_that_the_clocks_show_twice_counts_once():
    # Zürich, 25 October 2026: 02:00 to 03:00 comes twice.
    found = due("30 2 * * ? *", "2026-10-24T22:00Z", 2, zone="Europe/Zurich")

    assert found == ["2026-10-25T02:30", "2026-10-26T02:30"]


def test_the_zone_decides_which_day_it_is():
    cron = Cron.parse("0 1 ? * MON *")

    due_at = cron.next_after(datetime(2026, 1, 4, tzinfo=UTC), ZoneInfo("Asia/Tokyo"))

    assert due_at == datetime(2026, 1, 4, 16, tzinfo=UTC)


MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@given(
    moment=MOMENTS,
    minute=st.integers(0, 59),
    hours=st.sets(st.integers(0, 23), min_size=1),
    weekdays=st.sets(st.integers(1, 7), min_size=1),
)
def test_the_next_moment_is_the_first_that_a_search_by_the_minute_finds(
    moment, minute, hours, weekdays
):
    names = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
    hour_field = ",".join(map(str, sorted(hours)))
    weekday_field = ",".join(names[weekday - 1] for weekday in sorted(weekdays))

    found = Cron.parse(f"{minute} {hour_field} ? * {weekday_field} *").next_after(moment)

    candidate = moment.replace(minute=minute, second=0, microsecond=0)
    while not (
        candidate > moment
        and candidate.hour in hours
        and candidate.isoweekday() % 7 + 1 in weekdays
    ):
        candidate += timedelta(hours=1)
    assert found == candidate


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 28))
def test_the_nearest_weekday_is_one_and_stays_within_the_month(month, day):
    [found] = Cron.parse(f"0 0 {day}W * ? *").days_in(month.year, month.month)

    assert calendar.weekday(month.year, month.month, found) < 5
    assert abs(found - day) <= 2
