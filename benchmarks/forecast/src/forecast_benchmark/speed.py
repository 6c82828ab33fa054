"""Time and memory of training and predicting: ``python -m forecast_benchmark.speed``."""

from __future__ import annotations

import resource
import sys
import time

import numpy as np

from millrace_forecast.boosting import fit_boosted
from millrace_forecast.calendar import FREQUENCIES
from millrace_forecast.features import view_origins
from millrace_forecast.history import Series
from millrace_forecast.model import fit_model, predict
from millrace_forecast.origins import choose_origins, values_ahead

_SERIES = 1000
_BATCH = 500
_CASES = (("D", 1000, 28), ("MS", 120, 18))
"""Frequency, periods, horizon."""


def main() -> None:
    """Print CPU seconds of this one thread, and the process's largest memory so far."""
    sys.stdout.write("| series | train | predict | its boosted part alone | memory |\n")
    sys.stdout.write("|---|---|---|---|---|\n")
    for name, periods, horizon in _CASES:
        frequency = FREQUENCIES[name]
        history = _walks(periods, frequency.season)
        began = time.process_time()
        model, _, _ = fit_model(history, frequency, horizon, (80, 95), seed=1)
        trained = time.process_time()
        for start in range(0, _SERIES, _BATCH):
            predict(model, history[start : start + _BATCH])
        predicted = time.process_time()
        own = _boosted_s(history, name, horizon)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        sys.stdout.write(
            f"| {_SERIES} x {periods} {name} | {trained - began:.1f} s "
            f"| {_SERIES / (predicted - trained):.0f} per CPU-s | {_SERIES / own:.0f} per CPU-s "
            f"| {memory:.0f} MB |\n"
        )


def _boosted_s(history: list[Series], name: str, horizon: int) -> float:
    frequency = FREQUENCIES[name]
    learning = choose_origins(history, frequency, horizon, most_rows=50_000).learning
    seen = view_origins(history, learning, frequency, horizon)
    boosted = fit_boosted(seen, values_ahead(history, learning, horizon), seed=1)
    assert boosted is not None
    ends = np.array([(index, len(one.values)) for index, one in enumerate(history)])
    view = view_origins(history, ends, frequency, horizon)
    began = time.process_time()
    boosted.predict(view)
    return time.process_time() - began


def _walks(periods: int, season: int) -> list[Series]:
    """Seasonal patterns on random walks, with noise."""
    draws = np.random.default_rng(0)
    level = 100 + np.cumsum(draws.normal(0, 1, (_SERIES, periods)), axis=1)
    pattern = draws.normal(0, 8, (_SERIES, season))[:, np.arange(periods) % season]
    values = level + pattern + draws.normal(0, 3, (_SERIES, periods))
    return [Series((f"{index:04}",), 500, row) for index, row in enumerate(values)]


if __name__ == "__main__":
    main()
