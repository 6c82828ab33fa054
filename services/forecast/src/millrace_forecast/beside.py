"""What is known of periods beside the target, and ahead of it: holidays, and declared columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from millrace_contracts.dataset import Forecast
from millrace_forecast.calendar import Frequency
from millrace_forecast.public_holidays import holiday_columns, holiday_names

Floats = NDArray[np.float64]
Key = tuple[str, ...]


def beside_names(declared: Forecast) -> tuple[str, ...]:
    """Names of the columns that a declaration puts beside each series."""
    holidays = holiday_names(declared.frequency) if declared.holidays else ()
    return (*holidays, *(f"known_{name}" for name in declared.known_ahead))


def key_of(parts: Sequence[Any]) -> Key:
    """A series' key as text; null is the empty text."""
    return tuple("" if part is None else str(part) for part in parts)


class Beside:
    """The columns beside every series, from its first period to the end of its horizon."""

    def __init__(
        self,
        rows: Sequence[tuple[Any, ...]],
        declared: Forecast,
        frequency: Frequency,
        first: int,
        last: int,
    ) -> None:
        """Gather them.

        Args:
            rows: ``(*series key, day, value, *known ahead)``.
            declared: The spec's part.
            frequency: What a period is.
            first: First period of any series.
            last: Last period of all of them; their horizon comes after it.

        Raises:
            HolidaysUnknown: The declared place has none.
        """
        self._first, self._end = first, last + 1 + declared.horizon
        self._holidays: tuple[Floats, ...] = ()
        if declared.holidays:
            count = self._end - first
            self._holidays = holiday_columns(declared.holidays, frequency, first, count)
        self._width = len(declared.known_ahead)
        self._known: dict[Key, dict[int, list[tuple[Any, ...]]]] = {}
        place = len(declared.series)
        for row in rows if self._width else ():
            period = frequency.period_of(row[place])
            own = self._known.setdefault(key_of(row[:place]), {})
            own.setdefault(period, []).append(row[place + 2 :])

    def of(self, key: Key, first: int) -> tuple[Floats, ...]:
        """One array per column; a period of which nothing is told is NaN."""
        holidays = tuple(column[first - self._first :] for column in self._holidays)
        known = np.full((self._width, self._end - first), np.nan)
        for period, told in self._known.get(key, {}).items() if self._width else ():
            if first <= period < self._end:
                for column, values in enumerate(zip(*told, strict=True)):
                    there = [float(value) for value in values if value is not None]
                    if there:
                        known[column, period - first] = sum(there) / len(there)
        return (*holidays, *known)
