"""The forecast service's own model, trained on the known part of a set and on nothing else."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from forecast_benchmark.peers import LEVELS, Forecasts
from forecast_benchmark.sets import ScoredSet
from millrace_forecast.backtest import Backtest
from millrace_forecast.calendar import FREQUENCIES, Frequency
from millrace_forecast.history import Series
from millrace_forecast.model import Model, Predicted, fit_model, predict

SEED = 20130101
INTERVALS = (80, 95)
_FREQUENCIES = {1: "YS", 4: "QS", 7: "D", 12: "MS"}


@dataclass(frozen=True, slots=True)
class Trained:
    """A model, what it says, and what it cost."""

    model: Model
    backtest: Backtest
    forecasts: Forecasts
    coverage: dict[int, float]
    """Share of the actual values inside each interval."""
    train_cpu_s: float


def train_and_predict(scored: ScoredSet) -> Trained:
    """As the service's two jobs do, without their files."""
    frequency, history = history_of(scored)
    began = time.process_time()
    model, backtest, _ = fit_model(history, frequency, scored.horizon, (*LEVELS, *INTERVALS), SEED)
    trained = time.process_time()
    predicted = predict(model, history)
    cpu_s = time.process_time() - trained
    return Trained(
        model,
        backtest,
        _with_quantiles(scored, predicted, cpu_s),
        {percent: _coverage(scored, predicted, percent) for percent in INTERVALS},
        trained - began,
    )


def history_of(scored: ScoredSet) -> tuple[Frequency, list[Series]]:
    """A set's known part as the service sees it."""
    return FREQUENCIES[_FREQUENCIES[scored.season]], [
        Series((f"{index:05}",), scored.first, values) for index, values in enumerate(scored.known)
    ]


def _with_quantiles(scored: ScoredSet, predicted: Predicted, cpu_s: float) -> Forecasts:
    """As the service writes them: not below zero where the known part never was."""
    floors = np.array([0.0 if known.min() >= 0 else -np.inf for known in scored.known])[:, None]
    sides = [predicted.interval(level) for level in LEVELS]
    columns = [
        *(lower for lower, _ in reversed(sides)),
        predicted.mean,
        *(upper for _, upper in sides),
    ]
    bounded = [np.maximum(column, floors) for column in columns]
    return Forecasts(bounded[len(LEVELS)], np.stack(bounded, axis=2), cpu_s)


def _coverage(scored: ScoredSet, predicted: Predicted, percent: int) -> float:
    lower, upper = predicted.interval(percent)
    return float(np.mean((scored.ahead >= lower) & (scored.ahead <= upper)))
