"""Point forecasts: seasonal naive, one boosted model over all series, and their mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from millrace_forecast.calendar import Frequency
from millrace_forecast.features import FEATURES, level_of, rows_at_origin, training_rows
from millrace_forecast.history import Series

if TYPE_CHECKING:
    from lightgbm import Booster

ModelName = Literal["seasonal_naive", "boosted", "combined"]
MODELS: tuple[ModelName, ...] = ("seasonal_naive", "boosted", "combined")

_ROUNDS = 100
_PARAMETERS = {
    "objective": "l1",
    "learning_rate": 0.1,
    "num_leaves": 15,
    "min_data_in_leaf": 40,
    "feature_fraction": 0.8,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbosity": -1,
}
"""Absolute error, since MASE is what a forecast is judged by; the rest are LightGBM's usual sizes
for some ten thousand rows."""


def fit_boosted(
    history: Sequence[Series], frequency: Frequency, horizon: int, seed: int
) -> Booster | None:
    """One model over all series; None when no series is long enough to learn from.

    The same history and seed give the same model.
    """
    import lightgbm

    rows = training_rows(history, frequency, horizon)
    if not len(rows.targets):
        return None
    data = lightgbm.Dataset(rows.features, rows.targets, feature_name=list(FEATURES))
    return lightgbm.train({**_PARAMETERS, "seed": seed}, data, num_boost_round=_ROUNDS)


def predict(
    name: ModelName,
    booster: Booster | None,
    history: Sequence[Series],
    frequency: Frequency,
    horizon: int,
) -> NDArray[np.float64]:
    """Point forecasts of the periods after each series' end; shape (series, horizon).

    Without a booster every model is seasonal naive.
    """
    naive = np.array([seasonal_naive(one.values, frequency.season, horizon) for one in history])
    if name == "seasonal_naive" or booster is None:
        return naive
    features = np.concatenate([rows_at_origin(one, frequency, horizon) for one in history])
    levels = np.array([[level_of(one.values, frequency.season)] for one in history])
    boosted: NDArray[np.float64] = np.asarray(booster.predict(features)).reshape(naive.shape)
    boosted = boosted * levels
    return boosted if name == "boosted" else (boosted + naive) / 2


def seasonal_naive(values: NDArray[np.float64], season: int, horizon: int) -> NDArray[np.float64]:
    """The last season again; a series shorter than a season repeats its mean."""
    if len(values) < season:
        return np.full(horizon, values.mean())
    return np.resize(values[-season:], horizon)
