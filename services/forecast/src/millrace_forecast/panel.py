"""Values of many series side by side, and what is known of each at any origin."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Panel:
    """Series from their first period on; an origin is a number of known values of one series."""

    def __init__(self, series: Sequence[Floats], season: int) -> None:
        self.season = season
        width = max(len(values) for values in series)
        self._values = np.full((len(series), width), np.nan)
        for index, values in enumerate(series):
            self._values[index, : len(values)] = values
        known = np.nan_to_num(self._values)
        self._sums = _cumulated(known)
        self._sizes = _cumulated(np.abs(known))
        self._zeros = _cumulated((self._values == 0).astype(np.float64))
        change = np.zeros_like(known)
        change[:, season:] = np.abs(
            np.nan_to_num(self._values[:, season:] - self._values[:, :-season])
        )
        self._changes = _cumulated(change)
        self._least = np.minimum.accumulate(
            np.where(np.isnan(self._values), np.inf, self._values), axis=1
        )

    def at(self, series: NDArray[np.int64], index: NDArray[np.int64]) -> Floats:
        """Values by position; NaN before the series' first."""
        found = self._values[series, np.maximum(index, 0)]
        return np.where(index >= 0, found, np.nan)

    def mean(self, origins: NDArray[np.int64], width: int) -> Floats:
        """Of the last ``width`` known values, or of all where there are fewer."""
        series, known = origins.T
        start = np.maximum(known - width, 0)
        return np.asarray((self._sums[series, known] - self._sums[series, start]) / (known - start))

    def zero_share(self, origins: NDArray[np.int64], width: int) -> Floats:
        """Share of the last ``width`` known values that is zero."""
        series, known = origins.T
        start = np.maximum(known - width, 0)
        zeros = self._zeros[series, known] - self._zeros[series, start]
        return np.asarray(zeros / (known - start))

    def least(self, origins: NDArray[np.int64]) -> Floats:
        """Smallest known value."""
        return np.asarray(self._least[origins[:, 0], origins[:, 1] - 1])

    def size(self, origins: NDArray[np.int64]) -> Floats:
        """Mean absolute known value."""
        return np.asarray(self._sizes[origins[:, 0], origins[:, 1]] / origins[:, 1])

    def seasonal_change(self, origins: NDArray[np.int64]) -> Floats:
        """Mean absolute change from one season to the next; 0 where there is none to measure.

        MASE divides by it (Hyndman and Koehler 2006, "Another look at measures of forecast
        accuracy").
        """
        series, known = origins.T
        return np.asarray(self._changes[series, known] / np.maximum(known - self.season, 1))

    def recent_change(self, origins: NDArray[np.int64]) -> Floats:
        """As ``seasonal_change``, over the last season alone; NaN with less than two seasons."""
        series, known = origins.T
        change = (
            self._changes[series, known]
            - self._changes[series, known - np.minimum(self.season, known)]
        )
        return np.where(known >= 2 * self.season, change / self.season, np.nan)

    def scale(self, origins: NDArray[np.int64]) -> Floats:
        """What errors are measured by: the seasonal change, else the size, else 1."""
        change, size = self.seasonal_change(origins), self.size(origins)
        return np.where(change > 1e-9 * size, change, np.where(size > 0, size, 1.0))


def _cumulated(rows: Floats) -> Floats:
    """Sums of the first n of each row, for n from 0."""
    return np.concatenate([np.zeros((len(rows), 1)), np.cumsum(rows, axis=1)], axis=1)
