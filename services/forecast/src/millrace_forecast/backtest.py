"""Rolling-origin back-test: every model forecasts periods that it has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from millrace_forecast.calendar import Frequency
from millrace_forecast.features import level_of
from millrace_forecast.history import Series
from millrace_forecast.models import MODELS, ModelName, fit_boosted, predict

WINDOWS = 4


@dataclass(frozen=True, slots=True)
class Backtest:
    """Scores and errors of each model over the windows."""

    windows: int
    mase: dict[ModelName, float]
    """Mean absolute error over that of the one-season-ago forecast within the known part
    (Hyndman and Koehler 2006, "Another look at measures of forecast accuracy")."""
    scaled_errors: dict[ModelName, NDArray[np.float64]]
    """Absolute errors over the level at the origin; shape (windows x series, horizon)."""

    @property
    def best(self) -> ModelName:
        """Lowest MASE; seasonal naive when it ties, since it needs no model."""
        return min(MODELS, key=lambda name: self.mase.get(name, np.inf))


def run_backtest(
    history: Sequence[Series], frequency: Frequency, horizon: int, seed: int
) -> Backtest:
    """Forecast the last windows, each from what was known before it.

    Windows do not overlap and end with the history; there are fewer than ``WINDOWS`` when the
    longest series has not two seasons before the first of them, and none when no window fits.
    """
    errors: dict[ModelName, list[NDArray[np.float64]]] = {name: [] for name in MODELS}
    ratios: dict[ModelName, list[float]] = {name: [] for name in MODELS}
    windows = _windows_that_fit(history, frequency, horizon)
    for window in range(windows):
        origin = history[0].last - horizon * (window + 1)
        known = [one.until(origin) for one in history]
        pairs = [(past, one) for past, one in zip(known, history, strict=True) if len(past.values)]
        pasts = [past for past, _ in pairs]
        booster = fit_boosted(pasts, frequency, horizon, seed)
        actual = np.array([_ahead(one, origin, horizon) for _, one in pairs])
        levels = np.array([[level_of(past.values, frequency.season)] for past in pasts])
        scales = np.array([_naive_error(past, frequency.season) for past in pasts])
        for name in MODELS:
            missed = np.abs(actual - predict(name, booster, pasts, frequency, horizon))
            errors[name].append(missed / levels)
            scorable = scales > 0
            ratios[name] += list(missed[scorable].mean(axis=1) / scales[scorable])
    return Backtest(
        windows,
        {name: float(np.mean(found)) for name, found in ratios.items() if found},
        {name: np.concatenate(found) for name, found in errors.items() if found},
    )


def _windows_that_fit(history: Sequence[Series], frequency: Frequency, horizon: int) -> int:
    longest = max(len(one.values) for one in history)
    return max(0, min(WINDOWS, (longest - 2 * frequency.season) // horizon))


def _ahead(one: Series, origin: int, horizon: int) -> NDArray[np.float64]:
    start = origin - one.first + 1
    return one.values[start : start + horizon]


def _naive_error(past: Series, season: int) -> float:
    """Mean absolute change from one season to the next; 0 where there is none to measure."""
    if len(past.values) <= season:
        return 0.0
    return float(np.abs(past.values[season:] - past.values[:-season]).mean())
