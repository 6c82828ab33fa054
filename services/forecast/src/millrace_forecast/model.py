"""A trained model: weights of its members, what they learned, and its bands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from millrace_forecast.backtest import Backtest, run_backtest
from millrace_forecast.boosting import Boosted
from millrace_forecast.calendar import Frequency
from millrace_forecast.features import view_origins
from millrace_forecast.history import Series
from millrace_forecast.intervals import Bands, calibrate, measure_coverage
from millrace_forecast.members import Weights, ask_members
from millrace_forecast.naive import repeat_last_season
from millrace_forecast.panel import Panel
from millrace_forecast.second_season import forecast_two_seasons

Floats = NDArray[np.float64]

_MOST_SERIES = 5_000
"""A model learns from so many at most, evenly chosen: fewer fill its rows as well, and its memory
does not grow with the table."""


@dataclass(frozen=True, slots=True)
class Model:
    """What predicts."""

    frequency: Frequency
    horizon: int
    weights: Weights
    boosted: Boosted | None
    bands: Bands
    """Empty when the history was too short to calibrate."""
    naive_bands: Bands
    """Those of the fall-back."""


@dataclass(frozen=True, slots=True)
class Predicted:
    """Forecasts of some series; shape (series, horizon)."""

    mean: Floats
    spread: Floats
    bands: Bands

    def interval(self, percent: int) -> tuple[Floats, Floats]:
        """Lower and upper bound; NaN without a calibration."""
        band = self.bands.get(percent)
        if band is None:
            missing = np.full_like(self.mean, np.nan)
            return missing, missing
        return self.mean + self.spread * band.lower, self.mean + self.spread * band.upper


def fit_model(
    history: Sequence[Series],
    frequency: Frequency,
    horizon: int,
    percents: Sequence[int],
    seed: int,
) -> tuple[Model, Backtest, dict[int, float]]:
    """Back-test, choose, learn and calibrate.

    Returns:
        The model, the back-test it was chosen by, and the coverage of its intervals on windows
        that they were not calibrated on.
    """
    stride = -(-len(history) // _MOST_SERIES)
    backtest = run_backtest(history[::stride], frequency, horizon, seed)
    said = backtest.said
    if said is None:
        model = Model(frequency, horizon, backtest.weights, backtest.boosted, {}, {})
        return model, backtest, {}
    # Without the boosted part, nothing tells one step's spread from another's but the bands.
    spread = said.spread if backtest.boosted else said.scale
    errors = (backtest.actual - said.combined(backtest.weights)) / spread
    naive = (backtest.actual - said.naive) / said.scale
    model = Model(
        frequency,
        horizon,
        backtest.weights,
        backtest.boosted,
        calibrate(errors, percents),
        calibrate(naive, percents),
    )
    return model, backtest, measure_coverage(errors, backtest.series, percents)


def predict(model: Model, history: Sequence[Series]) -> Predicted:
    """Forecast the periods after each series' end."""
    ends = _ends(history)
    view = view_origins(history, ends, model.frequency, model.horizon)
    by_two = (
        forecast_two_seasons(history, ends, model.frequency, model.horizon, view.smoothed)
        if "two_seasons" in model.weights
        else None
    )
    said = ask_members(view, model.boosted, by_two)
    return Predicted(said.combined(model.weights), said.spread, model.bands)


def predict_naively(model: Model, history: Sequence[Series]) -> Predicted:
    """The fall-back: the last season again, at the cost of copying it."""
    ends = _ends(history)
    panel = Panel([one.values for one in history], model.frequency.season)
    mean = repeat_last_season(panel, ends, model.horizon)
    scale = np.broadcast_to(panel.scale(ends)[:, None], mean.shape)
    return Predicted(mean, scale, model.naive_bands)


def _ends(history: Sequence[Series]) -> NDArray[np.int64]:
    return np.array([(index, len(one.values)) for index, one in enumerate(history)])
