"""Seasonal naive: the forecast that any other has to beat, and the one to fall back to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from millrace_forecast.panel import Panel


def repeat_last_season(
    panel: Panel, origins: NDArray[np.int64], horizon: int
) -> NDArray[np.float64]:
    """The last season again; a series shorter than a season repeats its mean.

    Args:
        panel: The series.
        origins: Rows (series, number of known values); shape (origins, 2).
        horizon: Steps ahead.

    Returns:
        Shape (origins, horizon).
    """
    series, known = origins[:, :1], origins[:, 1:]
    steps = np.arange(1, horizon + 1)
    back = -(-steps // panel.season) * panel.season
    again = panel.at(series, known - 1 + steps - back)
    mean = panel.mean(origins, panel.season)[:, None]
    return np.where(known >= panel.season, again, mean)
