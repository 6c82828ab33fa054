"""Periods as whole numbers: arithmetic on them is the same for days, weeks and months."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

_EPOCH = date(1970, 1, 1)
_FIRST_SUNDAY = date(1970, 1, 4)


@dataclass(frozen=True, slots=True)
class Frequency:
    """How long a period is, and how many make a season."""

    name: str
    season: int
    """Periods after which the pattern repeats: 7 days, 52 weeks, 12 months, 4 quarters, 1 year."""
    period_of: Callable[[date], int]
    """Number of the period that a day lies in."""
    date_of: Callable[[int], date]
    """The day that names a period: itself, the week's Sunday, the first of the others."""


def _week(day: date) -> int:
    return -((_FIRST_SUNDAY - day).days // 7)


def _month_start(period: int) -> date:
    return date(1970 + period // 12, period % 12 + 1, 1)


FREQUENCIES = {
    "D": Frequency(
        "D", 7, lambda day: (day - _EPOCH).days, lambda period: _EPOCH + timedelta(days=period)
    ),
    "W": Frequency("W", 52, _week, lambda period: _FIRST_SUNDAY + timedelta(weeks=period)),
    "MS": Frequency("MS", 12, lambda day: (day.year - 1970) * 12 + day.month - 1, _month_start),
    "QS": Frequency(
        "QS",
        4,
        lambda day: (day.year - 1970) * 4 + (day.month - 1) // 3,
        lambda period: _month_start(period * 3),
    ),
    "YS": Frequency("YS", 1, lambda day: day.year - 1970, lambda period: _month_start(period * 12)),
}
"""By pandas' names, as the dataset spec has them."""


def calendar_features(frequency: Frequency, periods: NDArray[np.int64]) -> NDArray[np.float64]:
    """What the calendar alone says of each period.

    Returns:
        Shape (periods, 3): weekday from Monday 0, month from 1, day of the year from 1.
    """
    once, places = np.unique(periods, return_inverse=True)
    return np.array([_of_day(frequency.date_of(int(period))) for period in once])[places]


def _of_day(day: date) -> tuple[float, float, float]:
    return float(day.weekday()), float(day.month), float(day.timetuple().tm_yday)
