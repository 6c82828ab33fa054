"""How far a forecast was from what happened."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from millrace_forecast.naive import repeat_last_season
from millrace_forecast.panel import Panel
from millrace_forecast.past import Past

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measured:
    """Errors of one forecast, per series and step."""

    actual: Floats
    mase: Floats
    """Absolute errors by the scale of MASE: their mean is the MASE."""
    naive_mase: Floats
    """Of seasonal naive from the same origin."""
    smape: Floats
    """In per cent, from 0 to 200."""
    scaled: NDArray[np.bool_]
    """Per series: whether its known part had a scale; without one the first two are meaningless."""

    def inside(self, past: Past, percent: int) -> tuple[Floats, NDArray[np.bool_]]:
        """1 where an interval held the value, and per series whether there was an interval."""
        if percent not in past.lower:
            return np.zeros_like(self.actual), np.zeros(len(self.actual), dtype=bool)
        lower, upper = past.lower[percent], past.upper[percent]
        held = (self.actual >= lower) & (self.actual <= upper)
        return held.astype(np.float64), np.asarray(np.isfinite(lower).all(axis=1))


def measure(past: Past, panel: Panel, origins: NDArray[np.int64]) -> Measured:
    """Compare a forecast, all of whose periods are over, with what happened.

    Args:
        past: What was said.
        panel: What happened, of all series.
        origins: (series, number of values known then) of each row of ``past``.
    """
    actual = panel.at(origins[:, :1], origins[:, 1:] + np.arange(past.steps))
    missed = np.abs(actual - past.mean)
    size = np.abs(actual) + np.abs(past.mean)
    # Both zero is no error: Makridakis (1993) leaves 0/0 open.
    smape = np.where(size > 0, 200 * missed / np.where(size > 0, size, 1), 0)
    scale = panel.seasonal_change(origins)
    by = np.where(scale > 0, scale, 1)[:, None]
    naive_missed = np.abs(actual - repeat_last_season(panel, origins, past.steps))
    return Measured(actual, missed / by, naive_missed / by, smape, scale > 0)
