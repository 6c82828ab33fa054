"""Exponential smoothing of many series at once, over a grid of parameters.

The recursions are those of Hyndman et al. (2008), "Forecasting with Exponential Smoothing",
chapter 2. A trend's forecast is the mean of its members, weighted by the likelihood of the errors
that they made so far: nothing has to be optimised per series, and one pass over the values gives
the forecasts of every origin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from millrace_forecast.grid import TRENDS, Grid, SeasonKind
from millrace_forecast.spans import find_spans

Floats = NDArray[np.float64]

_MEMORY = 0.97
"""Share of an error's weight that is left one period later: half is gone after 23."""
_LEAST_FACTOR, _MOST_FACTOR = 0.02, 50.0
"""Bounds of a multiplicative season's factors, since near-zero levels would give any."""
_TINY = 1e-9
_TOGETHER = 512
"""Spans that run side by side: their state stays in a processor's cache."""


@dataclass(frozen=True, slots=True)
class Smoothed:
    """What one kind of season says at the asked origins."""

    forecasts: Floats
    """Shape (origins, len(TRENDS), horizon)."""
    loss: Floats
    """Log of the mean absolute error one period ahead; shape (origins, len(TRENDS))."""


def smooth(
    series: Sequence[Floats],
    origins: NDArray[np.int64],
    season: int,
    horizon: int,
    grid: Grid,
) -> Smoothed:
    """Run the grid over each series and forecast from the asked origins.

    A series' forecasts do not depend on the others that are passed with it, nor an origin's on the
    others of its series.

    Args:
        series: Values from each series' first period on; none is empty.
        origins: Rows (series, number of known values), in any order; shape (origins, 2).
        season: Periods of a season.
        horizon: Periods ahead.
        grid: Members to run; a trend without members is forecast as NaN.
    """
    forecasts = np.empty((len(origins), len(TRENDS), horizon))
    loss = np.empty((len(origins), len(TRENDS)))
    spans, own = find_spans(origins, season)
    ends = np.zeros(len(spans), dtype=np.int64)
    np.maximum.at(ends, own, origins[:, 1])
    by_length = np.argsort(spans[:, 1] - ends, kind="stable")
    for chunk in range(0, len(by_length), _TOGETHER):
        run = by_length[chunk : chunk + _TOGETHER]
        place = np.full(len(spans), -1)
        place[run] = np.arange(len(run))
        asked = np.flatnonzero(place[own] >= 0)
        values = [series[spans[one, 0]][spans[one, 1] : ends[one]] for one in run]
        known = origins[asked, 1] - spans[own[asked], 1]
        said = _Filter(values, season, horizon, grid).run(
            np.column_stack([place[own[asked]], known])
        )
        forecasts[asked], loss[asked] = said.forecasts, said.loss
    return Smoothed(forecasts, loss)


class _Filter:
    """State of every member for every series; the series are sorted, longest first."""

    def __init__(self, series: list[Floats], season: int, horizon: int, grid: Grid) -> None:
        self.season, self.horizon, self.grid = season, horizon, grid
        self.lengths = np.array([len(values) for values in series])
        periods = np.arange(int(self.lengths.max()))
        self.active = np.searchsorted(-self.lengths, -periods, side="left")
        self.values = np.full((int(self.lengths.max()), len(series)), np.nan)
        for index, values in enumerate(series):
            self.values[: len(values), index] = values
        shape = (len(grid.alpha), len(series))
        level, seasonal = initial_states(self.values, self.lengths, season, grid.kind)
        self.level = np.broadcast_to(level, shape).copy()
        self.slope = np.zeros(shape)
        self.seasonal = np.repeat(seasonal[:, None, :], shape[0], axis=1)
        self.loss = np.zeros(shape)
        self.loss_weight = 0.0
        self.line = np.zeros((2, len(grid.part), len(series)))
        self.scratch = np.empty((2, *shape))
        self.spare = np.empty(shape)
        self.sloping = slice(int(np.searchsorted(grid.trend, 1)), shape[0])
        self.adapting = slice(self.sloping.start, grid.drifting.start)
        self.season_gain = grid.gamma * (1 - grid.alpha)
        self.slope_gain = grid.alpha * grid.beta

    def run(self, origins: NDArray[np.int64]) -> Smoothed:
        forecasts = np.empty((len(origins), len(TRENDS), self.horizon))
        loss = np.empty((len(origins), len(TRENDS)))
        by_time = np.argsort(origins[:, 1], kind="stable")
        known = origins[by_time, 1]
        for now in range(int(known[-1])):
            self._step(now)
            asked = by_time[slice(*np.searchsorted(known, [now + 1, now + 2]))]
            if len(asked):
                forecasts[asked], loss[asked] = self._forecast(now, origins[asked, 0])
        return Smoothed(forecasts, loss)

    def _step(self, now: int) -> None:
        """Take in the values of one period: the error-correction form of the recursions."""
        grid, active = self.grid, int(self.active[now])
        value = self.values[now, :active]
        level, slope = self.level[:, :active], self.slope[:, :active]
        seasonal = self.seasonal[now % self.season, :, :active]
        missed, gap = self.scratch[:, :, :active]
        slope[self.adapting] *= grid.phi[self.adapting]
        level[self.sloping] += slope[self.sloping]
        if grid.kind == "multiplicative":
            np.multiply(level, seasonal, out=missed)
            np.subtract(value, missed, out=missed)
            np.divide(missed, seasonal, out=gap)
        else:
            np.subtract(value, level, out=missed)
            missed -= seasonal
            gap = missed
        self._drift(now, level, gap)
        if now >= min(self.season, 12):
            loss = self.loss[:, :active]
            loss *= _MEMORY
            loss += np.abs(missed, out=self.spare[:, :active])
            self.loss_weight = self.loss_weight * _MEMORY + 1
        if grid.kind == "additive":
            seasonal += np.multiply(gap, self.season_gain, out=self.spare[:, :active])
        adapting = self.adapting
        slope[adapting] += np.multiply(
            gap[adapting], self.slope_gain[adapting], out=self.spare[adapting, :active]
        )
        gap *= grid.alpha
        level += gap
        if grid.kind == "multiplicative":
            np.divide(value, np.maximum(level, _TINY, out=gap), out=gap)
            gap -= seasonal
            gap *= grid.gamma
            seasonal += gap
            np.maximum(seasonal, _LEAST_FACTOR, out=seasonal)
            np.minimum(seasonal, _MOST_FACTOR, out=seasonal)

    def _drift(self, now: int, expected: Floats, gap: Floats) -> None:
        """Slopes that are a part of the least-squares line's, kept up as Welford's covariance."""
        grid, count = self.grid, now + 1
        mean, covariance = self.line[:, :, : expected.shape[1]]
        change = expected[grid.drifting] + gap[grid.drifting]
        change -= mean
        covariance += change * (now / 2)
        mean += change / count
        if count >= 3:
            variance = count * (count**2 - 1) / 12
            slope = self.slope[grid.drifting, : expected.shape[1]]
            np.multiply(covariance, grid.part / variance, out=slope)

    def _forecast(self, now: int, asked: NDArray[np.int64]) -> tuple[Floats, Floats]:
        grid = self.grid
        steps = np.arange(1, self.horizon + 1)
        damped = np.cumsum(grid.phi**steps, axis=1)
        positions = (now + steps) % self.season
        weight = max(self.loss_weight, 1.0)
        seen = min(weight, max(1.0, now + 1.0 - self.season))
        size = np.log(self.loss[:, asked] / weight + 1e-12)
        ahead = self.level[:, asked, None] + self.slope[:, asked, None] * damped[:, None, :]
        seasonal = self.seasonal[positions][:, :, asked].transpose(1, 2, 0)
        ahead = ahead * seasonal if grid.kind == "multiplicative" else ahead + seasonal
        forecasts = np.full((len(asked), len(TRENDS), self.horizon), np.nan)
        losses = np.full((len(asked), len(TRENDS)), np.nan)
        for trend in np.unique(grid.trend):
            own = grid.trend == trend
            share = np.exp(-seen * (size[own] - size[own].min(axis=0)))
            total = _sum(share)
            forecasts[:, trend] = _sum(share[:, :, None] * ahead[own]) / total[:, None]
            losses[:, trend] = _sum(share * size[own]) / total
        return forecasts, losses


def initial_states(
    values: Floats, lengths: NDArray[np.int64], season: int, kind: SeasonKind
) -> tuple[Floats, Floats]:
    """Level and pattern before the first value: shapes (series,), (season, series).

    The pattern is that of the first two seasons, straightened by the growth between them.
    """
    seasonal = np.full((season, values.shape[1]), 1.0 if kind == "multiplicative" else 0.0)
    level = np.array(
        [
            column[: min(length, max(season, 3))].mean()
            for column, length in zip(values.T, lengths, strict=True)
        ]
    )
    enough = lengths >= 2 * season
    if kind == "none" or not enough.any():
        return level, seasonal
    two = values[: 2 * season, enough].reshape(2, season, -1)
    means = np.array([_mean(one) for one in two])
    ramp = (np.arange(season) - (season - 1) / 2)[:, None] / season * (means[1] - means[0])
    line = means[:, None, :] + ramp
    if kind == "multiplicative":
        pattern = _mean(two / np.where(np.abs(line) > _TINY, line, 1.0))
        pattern = np.clip(pattern, _LEAST_FACTOR, _MOST_FACTOR)
        seasonal[:, enough] = pattern / _mean(pattern)
    else:
        pattern = _mean(two - line)
        seasonal[:, enough] = pattern - _mean(pattern)
    level[enough] = means[0] + ramp[0]
    return level, seasonal


def _mean(rows: Floats) -> Floats:
    return _sum(rows) / len(rows)


def _sum(rows: Floats) -> Floats:
    """Sum along the first axis, added in order.

    NumPy's own sum rounds by the shape of the whole array, and a series must get the same forecast
    in any company: instances of a job share the series out.
    """
    total: Floats = rows[0].copy()
    for row in rows[1:]:
        total += row
    return total
