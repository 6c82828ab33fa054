"""Rolling-origin back-test: every member forecasts periods that it has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from millrace_forecast.boosting import Boosted, fit_boosted
from millrace_forecast.calendar import Frequency
from millrace_forecast.features import view_origins
from millrace_forecast.history import Series
from millrace_forecast.members import (
    NAIVE_ALONE,
    MemberName,
    Said,
    Weights,
    ask_members,
    join,
    weightings,
)
from millrace_forecast.origins import choose_origins, values_ahead
from millrace_forecast.panel import Panel
from millrace_forecast.second_season import fits_two_seasons, forecast_two_seasons

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Backtest:
    """What the test windows say of the members."""

    windows: int
    series: NDArray[np.int64]
    """Series of each testing origin."""
    known: NDArray[np.int64]
    """Values that were known at each testing origin."""
    actual: Floats
    """Shape (origins, horizon), as the forecasts."""
    said: Said | None
    """None when the history is too short for a window."""
    mase_scale: Floats
    """Mean absolute seasonal change of the known part; 0 where there is none. Shape (origins,)."""
    weights: Weights
    """Those of the lowest MASE; seasonal naive alone when there is nothing to choose by."""
    boosted: Boosted | None
    """Learned from the whole history; None unless the weights ask for it."""

    def mase(self, weights: Weights) -> float | None:
        """Mean absolute error over the scale, over all windows; None when none has a scale."""
        by_step = self.mase_by_step(weights)
        return float(np.mean(by_step)) if by_step else None

    def mase_by_step(self, weights: Weights) -> list[float]:
        """As ``mase``, of each step ahead; empty when no window has a scale."""
        scored = self.mase_scale > 0
        if self.said is None or not scored.any():
            return []
        missed = np.abs(self.actual - self.said.combined(weights))[scored]
        return [float(one) for one in (missed / self.mase_scale[scored, None]).mean(axis=0)]

    def member_scores(self) -> dict[MemberName, float]:
        """MASE of each member alone; empty when no window has a scale."""
        names = () if self.said is None else self.said.forecasts
        scores = {name: self.mase({name: 1.0}) for name in names}
        return {name: score for name, score in scores.items() if score is not None}


def run_backtest(
    history: Sequence[Series], frequency: Frequency, horizon: int, seed: int
) -> Backtest:
    """Test the members on the last windows, choose their weights, and learn from everything.

    The boosted member of each window learned from what was over when the window began.
    """
    origins = choose_origins(history, frequency, horizon)
    everything = np.concatenate([origins.learning, origins.testing])
    if not len(everything):
        return _untested(horizon)
    # One pass: what is known at an origin does not depend on the origins asked for beside it.
    view = view_origins(history, everything, frequency, horizon)
    is_test = np.arange(len(everything)) >= len(origins.learning)
    learned = view.take(~is_test)
    after = values_ahead(history, origins.learning, horizon)
    if not is_test.any():
        return _untested(horizon)
    # A member that one window cannot ask is left out of all.
    fits = fits_two_seasons(frequency, origins.testing[:, 1])
    is_offered = all(fits[origins.window == window].any() for window in range(origins.windows))
    said = []
    for window in range(origins.windows):
        over = origins.over_before(window)
        then = fit_boosted(learned.take(over), after[over], seed)
        seen = view.take(np.flatnonzero(is_test)[origins.window == window])
        asked = origins.testing[origins.window == window]
        by_two = (
            forecast_two_seasons(history, asked, frequency, horizon, seen.smoothed)
            if is_offered
            else None
        )
        said.append(ask_members(seen, then, by_two))
    backtest = Backtest(
        origins.windows,
        origins.testing[:, 0],
        origins.testing[:, 1],
        values_ahead(history, origins.testing, horizon),
        join(said),
        Panel([one.values for one in history], frequency.season).seasonal_change(origins.testing),
        NAIVE_ALONE,
        None,
    )
    weights = _choose(backtest)
    boosted = fit_boosted(learned, after, seed) if "boosted" in weights else None
    return Backtest(
        backtest.windows,
        backtest.series,
        backtest.known,
        backtest.actual,
        backtest.said,
        backtest.mase_scale,
        weights,
        boosted,
    )


def _choose(backtest: Backtest) -> Weights:
    assert backtest.said is not None
    scored = [(backtest.mase(one), one) for one in weightings(backtest.said.forecasts)]
    rated = [(round(score, 9), one) for score, one in scored if score is not None]
    return min(rated, key=lambda pair: pair[0])[1] if rated else NAIVE_ALONE


def _untested(horizon: int) -> Backtest:
    nothing = np.empty(0, dtype=np.int64)
    empty = np.empty((0, horizon))
    return Backtest(0, nothing, nothing, empty, None, np.empty(0), NAIVE_ALONE, None)
