"""What the boosted model sees: one row per series, origin and step ahead, free of scale.

Every value is divided by the series' level at the origin, so that one model serves all series.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from millrace_forecast.calendar import Frequency, calendar_features
from millrace_forecast.history import Series

_SEASONS_BACK = 4
FEATURES = (
    "step",
    *(f"same_season_{back}" for back in range(1, _SEASONS_BACK + 1)),
    "last",
    "mean_of_season",
    "mean_of_four_seasons",
    "weekday",
    "month",
    "day_of_year",
)


@dataclass(frozen=True, slots=True)
class Rows:
    """Features and, in training, targets."""

    features: NDArray[np.float64]
    """Shape (rows, len(FEATURES)); missing history is NaN."""
    targets: NDArray[np.float64]
    """Shape (rows,): value ahead over level."""


def level_of(values: NDArray[np.float64], season: int) -> float:
    """The scale of a series: mean size of its last four seasons, 1 where that is zero."""
    recent = np.abs(values[-_SEASONS_BACK * season :])
    level = float(recent.mean()) if len(recent) else 0.0
    return level if level > 0 else 1.0


def rows_at_origin(series: Series, frequency: Frequency, horizon: int) -> NDArray[np.float64]:
    """Features of the ``horizon`` periods after the series' end; shape (horizon, features)."""
    season, values = frequency.season, series.values
    level = level_of(values, season)
    steps = np.arange(1, horizon + 1)
    same_season = np.full((horizon, _SEASONS_BACK), np.nan)
    for back in range(_SEASONS_BACK):
        # The latest period of the same season position that is known at the origin, and before it.
        distance = np.ceil(steps / season).astype(int) * season - steps + back * season
        index = len(values) - 1 - distance
        known = index >= 0
        same_season[known, back] = values[index[known]] / level
    summary = np.array(
        [values[-1], values[-season:].mean(), values[-_SEASONS_BACK * season :].mean()]
    )
    calendar = calendar_features(frequency, (series.last + steps).astype(np.int64))
    shared = np.broadcast_to(summary / level, (horizon, 3))
    return np.column_stack([steps.astype(float), same_season, shared, calendar])


def training_rows(
    history: Sequence[Series], frequency: Frequency, horizon: int, most_rows: int = 200_000
) -> Rows:
    """Rows of every origin that has a season of history and a whole horizon after it.

    Args:
        history: The series to learn from.
        frequency: Their frequency.
        horizon: Steps ahead.
        most_rows: Origins are thinned evenly, newest kept, when there would be more rows.
    """
    origins = [
        (one, cut)
        for one in history
        for cut in range(frequency.season, len(one.values) - horizon + 1)
    ]
    stride = max(1, -(-len(origins) * horizon // most_rows))
    chosen = origins[::-1][::stride]
    features = [np.empty((0, len(FEATURES)))]
    targets = [np.empty(0)]
    for one, cut in chosen:
        known = Series(one.key, one.first, one.values[:cut])
        features.append(rows_at_origin(known, frequency, horizon))
        ahead = one.values[cut : cut + horizon]
        targets.append(ahead / level_of(known.values, frequency.season))
    return Rows(np.concatenate(features), np.concatenate(targets))
