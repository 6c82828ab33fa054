"""Public holidays of a country, as columns beside a series' periods."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from millrace_forecast.calendar import Frequency
from millrace_forecast.errors import HolidaysUnknown

Floats = NDArray[np.float64]

_FAR = 7
"""Days from which a holiday is no longer near."""


def holiday_names(frequency: str) -> tuple[str, ...]:
    """The columns' names, by the frequency's name."""
    if frequency == "D":
        return ("holiday", "days_since_holiday", "days_to_holiday")
    return ("holidays",)


def holiday_columns(place: str, frequency: Frequency, first: int, count: int) -> tuple[Floats, ...]:
    """One array per name of ``holiday_names``, over periods from ``first`` on.

    Days say whether they are a holiday, and how far the last and the next one is, up to a week;
    longer periods say how many holidays they have.

    Args:
        place: ISO 3166 code of a country or, after a hyphen, of a part of it.
        frequency: What a period is.
        first: The first period.
        count: Periods.

    Raises:
        HolidaysUnknown: The package ``holidays`` has none of that place.
    """
    begin = frequency.date_of(first) - timedelta(days=366)
    end = frequency.date_of(first + count) + timedelta(days=_FAR)
    free = _holidays(place, begin.year, end.year)
    if frequency.name != "D":
        found = np.zeros(count)
        for day in free:
            period = frequency.period_of(day)
            if first <= period < first + count:
                found[period - first] += 1
        return (found,)
    days = np.array([frequency.period_of(day) for day in free])
    periods = np.arange(first, first + count)
    since = periods - days[np.maximum(np.searchsorted(days, periods, side="right") - 1, 0)]
    ahead = days[np.minimum(np.searchsorted(days, periods), len(days) - 1)] - periods
    columns = (since == 0, *(np.clip(np.abs(gap), 0, _FAR) for gap in (since, ahead)))
    return tuple(column.astype(np.float64) for column in columns)


def _holidays(place: str, first_year: int, last_year: int) -> list[date]:
    """Sorted. The package is imported where holidays are declared only: it costs start-up time."""
    import holidays

    country, _, part = place.partition("-")
    try:
        found = holidays.country_holidays(
            country, subdiv=part or None, years=range(first_year, last_year + 1)
        )
    except NotImplementedError as exc:
        raise HolidaysUnknown(f"no public holidays are known of {place!r}: {exc}") from exc
    if not found:
        raise HolidaysUnknown(f"{place!r} has no public holidays from {first_year} on")
    return sorted(found)
