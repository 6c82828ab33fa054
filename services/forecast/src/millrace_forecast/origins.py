"""The origins that a model learns from, and those that it is tested on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from millrace_forecast.calendar import Frequency
from millrace_forecast.history import Series

WINDOWS = 3
_LEAST_KNOWN = 3
"""Known values that an origin needs to say anything of a trend."""


@dataclass(frozen=True, slots=True)
class Origins:
    """Origins as rows (series, number of known values); all have a whole horizon after them."""

    learning: NDArray[np.int64]
    to_end: NDArray[np.int64]
    """Periods from each learning origin to its series' end; shape (learning,)."""
    testing: NDArray[np.int64]
    window: NDArray[np.int64]
    """Window of each testing origin, 0 the newest; shape (testing,)."""
    horizon: int
    gap: int
    """Periods from one window's origins to the next's."""

    @property
    def windows(self) -> int:
        return int(self.window.max()) + 1 if len(self.window) else 0

    def over_before(self, window: int) -> NDArray[np.bool_]:
        """Which learning origins' horizons have passed when a window begins; shape (learning,)."""
        return self.to_end >= 2 * self.horizon + window * self.gap


def choose_origins(
    history: Sequence[Series], frequency: Frequency, horizon: int, most_rows: int = 200_000
) -> Origins:
    """Rolling origins of every series.

    The last test window ends with the series. Windows begin a horizon apart, or closer, down to a
    third of one, so that a quarter of the longest series is enough for them; there are fewer than
    ``WINDOWS`` when it has not two seasons before the first.

    Args:
        history: The series.
        frequency: Their frequency.
        horizon: Steps ahead.
        most_rows: Learning origins are thinned evenly, newest kept, when they make more rows.
    """
    longest = max(len(one.values) for one in history)
    room = longest - horizon - max(2 * frequency.season, _LEAST_KNOWN)
    gap = max(1, horizon // 3, min(horizon, room // (4 * WINDOWS)))
    windows = min(WINDOWS, room // gap + 1) if room >= 0 else 0
    learning = [
        np.column_stack([np.full(len(known), index), known])
        for index, one in enumerate(history)
        if len(known := np.arange(len(one.values) - horizon, _LEAST_KNOWN - 1, -1))
    ]
    learned = np.concatenate([np.empty((0, 2), dtype=np.int64), *learning])
    learned = learned[:: max(1, -(-len(learned) * horizon // most_rows))]
    testing = [
        (index, origin, window)
        for window in range(windows)
        for index, one in enumerate(history)
        if (origin := len(one.values) - horizon - window * gap) >= _LEAST_KNOWN
    ]
    tested = np.array(testing, dtype=np.int64).reshape(-1, 3)
    lengths = np.array([len(one.values) for one in history])
    to_end = lengths[learned[:, 0]] - learned[:, 1]
    return Origins(learned, to_end, tested[:, :2], tested[:, 2], horizon, gap)


def values_ahead(
    history: Sequence[Series], origins: NDArray[np.int64], horizon: int
) -> NDArray[np.float64]:
    """What came after each origin; shape (origins, horizon)."""
    found = [history[series].values[known : known + horizon] for series, known in origins]
    return np.array(found, dtype=np.float64).reshape(-1, horizon)
