"""The part of a series that smoothing looks back on from an origin."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_SEASONS, _LEAST = 28, 120
"""What a smoothed state remembers: with a weight of 0.1 for the newest value, one that is 120
periods old weighs 3e-7, and 28 seasons average a pattern well. Years of days would cost as many
steps as they have days, for nothing."""


def find_spans(
    origins: NDArray[np.int64], season: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where to begin, for each origin: at the series' start, or between 28 and 35 seasons before.

    Beginnings are a multiple of 7 seasons from the start, so that neighbouring origins share
    one, and depend on the origin alone, so that training and predicting see the same.

    Args:
        origins: Rows (series, number of known values); shape (origins, 2).
        season: Periods of a season.

    Returns:
        Spans as rows (series, first period, known values where they are fewer than the start
        needs, else 0), and the span of each origin.
    """
    known = origins[:, 1]
    apart = max(_SEASONS // 4, -(-_LEAST // (4 * season))) * season
    starts = np.maximum((known - 4 * apart) // apart, 0) * apart
    # A level starts at the mean of the first season: an origin inside it must not see the rest.
    short = np.where(known < max(season, 3), known, 0)
    spans, own = np.unique(
        np.column_stack([origins[:, 0], starts, short]), axis=0, return_inverse=True
    )
    return spans, own.reshape(-1)
