from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from millrace_forecast.calendar import FREQUENCIES, calendar_features

days = st.dates(date(1900, 1, 1), date(2200, 1, 1))


@pytest.mark.parametrize("name", FREQUENCIES)
@given(day=days)
def test_a_period_is_named_by_a_day_inside_it(name, day):
    frequency = FREQUENCIES[name]
    period = frequency.period_of(day)

    assert frequency.period_of(frequency.date_of(period)) == period
    assert frequency.period_of(day + timedelta(days=1)) - period in (0, 1)


@given(days)
def test_weeks_end_on_sunday_and_months_are_named_by_their_first(day):
    sunday = FREQUENCIES["W"].date_of(FREQUENCIES["W"].period_of(day))
    first = FREQUENCIES["MS"].date_of(FREQUENCIES["MS"].period_of(day))

    assert sunday.isoweekday() == 7
    assert 0 <= (sunday - day).days <= 6
    assert (first.year, first.month, first.day) == (day.year, day.month, 1)


def test_calendar_features_are_those_of_the_day():
    period = FREQUENCIES["D"].period_of(date(2024, 2, 29))

    assert calendar_features(FREQUENCIES["D"], np.array([period])).tolist() == [[3, 2, 60]]
