"""The peers: statistical models of statsforecast, and the median of three of them."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecast_benchmark.sets import ScoredSet

QUANTILES = tuple(round(0.1 * tenth, 1) for tenth in range(1, 10))
LEVELS = (20, 40, 60, 80)


@dataclass(frozen=True, slots=True)
class Forecasts:
    """What one model says of one set."""

    mean: NDArray[np.float64]
    """Shape (series, horizon)."""
    quantiles: NDArray[np.float64]
    """Shape (series, horizon, len(QUANTILES))."""
    cpu_s: float


def peer_forecasts(scored: ScoredSet) -> dict[str, Forecasts]:
    """SeasonalNaive, AutoTheta, AutoETS, DOT, CES and median(DOT, ETS, CES)."""
    from statsforecast.models import (
        AutoCES,
        AutoETS,
        AutoTheta,
        DynamicOptimizedTheta,
        SeasonalNaive,
    )

    models = {
        "SeasonalNaive": SeasonalNaive,
        "AutoTheta": AutoTheta,
        "AutoETS": AutoETS,
        "DOT": DynamicOptimizedTheta,
        "CES": AutoCES,
    }
    found = {name: _forecast(model, scored) for name, model in models.items()}
    three = [found[name] for name in ("DOT", "AutoETS", "CES")]
    found["median(DOT,ETS,CES)"] = Forecasts(
        np.median([one.mean for one in three], axis=0),
        np.median([one.quantiles for one in three], axis=0),
        sum(one.cpu_s for one in three),
    )
    return found


def _forecast(model: type, scored: ScoredSet) -> Forecasts:
    from statsforecast.models import SeasonalNaive

    began = time.process_time()
    means, quantiles = [], []
    for known in scored.known:
        arguments = {"y": known, "h": scored.horizon, "level": list(LEVELS)}
        try:
            one = model(season_length=scored.season).forecast(**arguments)
            whole = all(np.isfinite(values).all() for values in one.values())
        except (ValueError, ZeroDivisionError, IndexError, np.linalg.LinAlgError):
            whole = False
        if not whole:
            # As StatsForecast's fallback_model: some series are too short or too flat for a model.
            one = SeasonalNaive(season_length=scored.season).forecast(**arguments)
        means.append(one["mean"])
        quantiles.append(
            np.column_stack(
                [
                    *(one[f"lo-{level}"] for level in reversed(LEVELS)),
                    one["mean"],
                    *(one[f"hi-{level}"] for level in LEVELS),
                ]
            )
        )
    return Forecasts(np.array(means), np.array(quantiles), time.process_time() - began)
