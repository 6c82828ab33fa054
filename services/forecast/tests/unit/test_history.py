from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from millrace_forecast.calendar import FREQUENCIES
from millrace_forecast.errors import HistoryUnusable
from millrace_forecast.history import build_history

DAILY = FREQUENCIES["D"]
MONDAY = date(2024, 1, 1)

rows = st.lists(
    st.tuples(
        st.sampled_from(["EWR", "JFK"]),
        st.dates(date(2024, 1, 1), date(2024, 3, 1)),
        st.integers(0, 1000).map(float),
    ),
    min_size=1,
    max_size=60,
)


@given(rows)
def test_every_value_is_in_its_series_once(found):
    history = build_history(found, DAILY)

    for series in history:
        assert series.values.sum() == sum(value for key, _, value in found if key == series.key[0])
        assert series.last == max(DAILY.period_of(day) for _, day, _ in found)


def test_missing_days_are_zero_and_a_stopped_series_goes_on_with_zeros():
    history = build_history(
        [("a", MONDAY, 5.0), ("a", MONDAY + timedelta(days=2), 7.0), ("b", MONDAY, 1.0)], DAILY
    )

    assert [series.values.tolist() for series in history] == [[5, 0, 7], [1, 0, 0]]


def test_a_week_that_the_data_ends_inside_is_left_out():
    weekly = [("a", MONDAY + timedelta(days=day), 1.0) for day in range(7 + 3)]

    (series,) = build_history(weekly, FREQUENCIES["W"])

    assert series.values.tolist() == [7]


def test_times_may_be_timestamps_and_values_null():
    moment = datetime(2024, 1, 1, 23, 59, tzinfo=UTC)

    (series,) = build_history([("a", moment, 2.0), ("a", MONDAY, None)], DAILY)

    assert series.values.tolist() == [2]


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ([], "no rows"),
        ([("a", MONDAY, None)], "every value of the target is null"),
        ([("a", None, 1.0)], "time is null"),
    ],
)
def test_a_table_that_makes_no_series_is_refused(found, says):
    with pytest.raises(HistoryUnusable, match=says):
        build_history(found, DAILY)


def test_a_month_without_an_end_is_refused():
    with pytest.raises(HistoryUnusable, match="no series has a whole period"):
        build_history([("a", MONDAY, 1.0)], FREQUENCIES["MS"])
