"""The usual global model: mlforecast's recursive LightGBM over scaled, differenced lags."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from forecast_benchmark.peers import QUANTILES, Forecasts
from forecast_benchmark.sets import ScoredSet

_SETTINGS = {"objective": "l1", "n_estimators": 150, "num_leaves": 15, "learning_rate": 0.05}


def recursive_forecasts(scored: ScoredSet, seed: int) -> Forecasts:
    """Trained on the set's known part, as the service's model is.

    Its quantiles are its point forecast: mlforecast calibrates on windows that the shortest series
    of these sets are too short for.
    """
    from lightgbm import LGBMRegressor
    from mlforecast import MLForecast
    from mlforecast.lag_transforms import RollingMean
    from mlforecast.target_transforms import Differences, LocalStandardScaler

    began = time.process_time()
    season = scored.season
    lags = list(range(1, max(season, 4) + 1))
    model = MLForecast(
        models={"own": LGBMRegressor(**_SETTINGS, n_jobs=1, random_state=seed, verbosity=-1)},
        freq=1,
        lags=lags,
        lag_transforms={1: [RollingMean(window_size=max(season, 3), min_samples=1)]},
        target_transforms=[Differences([season]), LocalStandardScaler()],
    )
    model.fit(_long(scored), static_features=[], dropna=False)
    said = model.predict(scored.horizon)["own"].to_numpy().reshape(-1, scored.horizon)
    naive = np.array([np.resize(known[-season:], scored.horizon) for known in scored.known])
    mean = np.where(np.isfinite(said), said, naive)
    quantiles = np.repeat(mean[:, :, None], len(QUANTILES), axis=2)
    return Forecasts(mean, quantiles, time.process_time() - began)


def _long(scored: ScoredSet) -> Any:
    import pandas

    lengths = [len(known) for known in scored.known]
    return pandas.DataFrame(
        {
            "unique_id": np.repeat(np.arange(len(lengths)), lengths),
            "ds": np.concatenate([np.arange(length) for length in lengths]),
            "y": np.concatenate(scored.known),
        }
    )
