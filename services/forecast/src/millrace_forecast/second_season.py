"""A second season: the year behind the week of daily series.

Smoothing knows one season. As MSTL does (Bandara, Hyndman and Bergmeir 2021, "MSTL: A
Seasonal-Trend Decomposition Algorithm for Time Series with Multiple Seasonal Patterns"), the
seasons are taken out one after the other: the shorter by its moving average, the longer by a
regression on what is left; smoothing then forecasts the series without its year, and the year is
put back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from millrace_forecast.calendar import Frequency
from millrace_forecast.features import view_origins
from millrace_forecast.history import Series

Floats = NDArray[np.float64]

_DAYS = 365.25
LEAST_KNOWN = 731
"""Two whole years: with fewer, a day of the year was seen once, and a trend passes for a season."""
_HARMONICS = 6
"""Waves of a year; the shortest is two months long."""
_LOOKED_AT = 280
"""Days that smoothing looks back on are 245 at most."""


def fits_two_seasons(frequency: Frequency, known: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which origins know enough of both seasons, by the number of their known values."""
    return (known >= LEAST_KNOWN) & (frequency.name == "D")


def forecast_two_seasons(
    history: Sequence[Series],
    origins: NDArray[np.int64],
    frequency: Frequency,
    horizon: int,
    otherwise: Floats,
) -> Floats:
    """Smoothing around the year.

    Args:
        history: The series.
        origins: Rows (series, number of known values); shape (origins, 2). Nothing after an
            origin is looked at.
        frequency: The series' frequency.
        horizon: Steps ahead.
        otherwise: What is said of origins that two seasons do not fit.

    Returns:
        Shape (origins, horizon).
    """
    said = otherwise.copy()
    fitting = np.flatnonzero(fits_two_seasons(frequency, origins[:, 1]))
    if not len(fitting):
        return said
    without, years, grows = [], [], []
    for series, known in origins[fitting]:
        one = history[series]
        values = one.values[:known]
        # A year that scales its series is one that adds to the logarithm.
        grows.append(bool(values.min() > 0))
        year = _year(np.log(values) if grows[-1] else values, one.first, frequency.season, horizon)
        rest = values / np.exp(year[:known]) if grows[-1] else values - year[:known]
        kept = rest[-_LOOKED_AT:]
        without.append(Series(one.key, one.first + len(rest) - len(kept), kept))
        years.append(year[known:])
    ends = np.array([(index, len(one.values)) for index, one in enumerate(without)])
    rest_ahead = view_origins(without, ends, frequency, horizon).smoothed
    ahead, scales = np.array(years), np.array(grows)[:, None]
    said[fitting] = np.where(scales, rest_ahead * np.exp(ahead * scales), rest_ahead + ahead)
    return said


def _year(values: Floats, first: int, season: int, horizon: int) -> Floats:
    """The year's part of each known value and of those ahead, shrunk by how well it tells them."""
    summed = np.concatenate([[0.0], np.cumsum(values)])
    smooth = (summed[season:] - summed[:-season]) / season
    middle = np.arange(len(smooth)) + (season - 1) / 2
    line = np.column_stack([np.ones(len(smooth)), middle / len(values)])
    waves = _waves(first + middle)
    told = np.linalg.lstsq(np.column_stack([line, waves]), smooth, rcond=None)[0]
    found = told[line.shape[1] :]
    left = smooth - line @ told[: line.shape[1]]
    # The strength of a season (Wang, Smith and Hyndman 2006, "Characteristic-based clustering").
    whole = float(left.var())
    strength = max(0.0, 1 - float((left - waves @ found).var()) / whole) if whole > 0 else 0.0
    return np.asarray(strength * (_waves(first + np.arange(len(values) + horizon)) @ found))


def _waves(days: NDArray[Any]) -> Floats:
    angles = 2 * np.pi / _DAYS * np.outer(days, np.arange(1, _HARMONICS + 1))
    return np.column_stack([np.sin(angles), np.cos(angles)])
