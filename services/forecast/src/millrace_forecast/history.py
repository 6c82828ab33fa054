"""Time series of a refined table: one value per series and period, without gaps."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from millrace_contracts.dataset import Forecast
from millrace_contracts.dataset.forecasting import SumTarget
from millrace_forecast.beside import Beside, key_of
from millrace_forecast.cadence import require_one_cadence
from millrace_forecast.calendar import FREQUENCIES, Frequency
from millrace_forecast.errors import HistoryUnusable


@dataclass(frozen=True, slots=True)
class Series:
    """One series up to the last period that any series of the table has."""

    key: tuple[str, ...]
    first: int
    """Number of its first period."""
    values: NDArray[np.float64]
    """One per period; a period without rows is 0, as nothing was counted or summed in it."""
    beside: tuple[NDArray[np.float64], ...] = ()
    """Columns that are known ahead; each has at least a horizon more than the values."""

    @property
    def last(self) -> int:
        return self.first + len(self.values) - 1

    def until(self, period: int) -> Series:
        """The series as it was known at the end of a period."""
        return Series(
            self.key, self.first, self.values[: max(0, period - self.first + 1)], self.beside
        )


def build_history(rows: Sequence[tuple[Any, ...]], frequency: Frequency) -> tuple[Series, ...]:
    """Series from aggregated rows.

    Args:
        rows: ``(*series key, day, value)`` per series and day; null values are left out.
        frequency: The period that days are added up to. The last period is dropped where the
            rows end before it does, since a part of a week or month would read as a collapse.

    Returns:
        Sorted by key. Every series ends in the same period: one that stopped earlier goes on with
        zeros.

    Raises:
        HistoryUnusable: There is no row, a time is null, or a value is no finite number.
    """
    totals: dict[tuple[str, ...], dict[int, float]] = {}
    latest = date.min
    for *key, moment, value in rows:
        if moment is None:
            raise HistoryUnusable(f"series {key} has a row whose time is null")
        day = moment.date() if isinstance(moment, datetime) else moment
        latest = max(latest, day)
        if value is not None:
            periods = totals.setdefault(key_of(key), {})
            period = frequency.period_of(day)
            periods[period] = periods.get(period, 0.0) + float(value)
            if not math.isfinite(value):
                raise HistoryUnusable(f"series {key} has the value {value} on {day.isoformat()}")
    if not rows:
        raise HistoryUnusable("the refined table has no rows to make a series of")
    if not totals:
        raise HistoryUnusable("every value of the target is null")
    last = _last_whole_period(frequency, latest)
    series = [_dense(key, periods, last) for key, periods in sorted(totals.items())]
    kept = tuple(one for one in series if len(one.values))
    if not kept:
        raise HistoryUnusable(f"no series has a whole period before {latest.isoformat()}")
    return kept


def hash_history(history: Sequence[Series]) -> str:
    """SHA-256 of every series' key, first period, values and what stood beside them."""
    digest = hashlib.sha256()
    for one in history:
        digest.update(repr((one.key, one.first)).encode())
        for values in (one.values, *(column[: len(one.values)] for column in one.beside)):
            digest.update(np.ascontiguousarray(values, dtype="<f8").tobytes())
    return digest.hexdigest()


def _last_whole_period(frequency: Frequency, latest: date) -> int:
    period = frequency.period_of(latest)
    tomorrow = date.fromordinal(latest.toordinal() + 1)
    return period if frequency.period_of(tomorrow) > period else period - 1


def _dense(key: tuple[str, ...], periods: dict[int, float], last: int) -> Series:
    first = min(periods)
    values = np.zeros(max(0, last - first + 1))
    for period, value in periods.items():
        if period <= last:
            values[period - first] = value
    return Series(key, first, values)


def read_history(
    rows: Sequence[tuple[Any, ...]], declared: Forecast
) -> tuple[Frequency, tuple[Series, ...]]:
    """The series that a dataset declares, and their frequency. Raises HistoryUnusable."""
    frequency = FREQUENCIES[declared.frequency]
    told = _until_the_target_ends(rows, declared) if declared.known_ahead else rows
    if isinstance(declared.target, SumTarget):
        require_one_cadence(told, frequency)
    history = build_history(told, frequency)
    if not declared.holidays and not declared.known_ahead:
        return frequency, history
    first, last = min(one.first for one in history), history[0].last
    beside = Beside(rows, declared, frequency, first, last)
    return frequency, tuple(
        Series(one.key, one.first, one.values, beside.of(one.key, one.first)) for one in history
    )


def _until_the_target_ends(
    rows: Sequence[tuple[Any, ...]], declared: Forecast
) -> list[tuple[Any, ...]]:
    """Key, day and value of the rows up to the last value; those after it tell what is ahead."""
    day = len(declared.series)
    if any(row[day] is None for row in rows):
        raise HistoryUnusable("a row's time is null")
    last = max((row[day] for row in rows if row[day + 1] is not None), default=None)
    return [row[: day + 2] for row in rows if last is None or row[day] <= last]
