"""Whether AutoARIMA or MSTL would earn a place: ``python -m forecast_benchmark.candidates``.

The service has neither (``docs/decisions/0005-forecast-members.md``). Here they stand beside its
own smoothing on a fixed sample of each set's series: the weights, in quarters, are those of the
lowest error one horizon before the split, as the service's back-test chooses; then the split is
scored with them. Of several seasons, which none of the sets has, three years of days tell that were
drawn with a week and a year: there the service's member of two seasons stands beside MSTL.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecast_benchmark.millrace import SEED, history_of
from forecast_benchmark.scores import mase
from forecast_benchmark.sets import ScoredSet, load_sets, move_back
from millrace_forecast.features import view_origins
from millrace_forecast.second_season import forecast_two_seasons

Floats = NDArray[np.float64]
_LEAST = 16
"""Known values that both have something to estimate from."""


def main(arguments: list[str]) -> None:
    """Print each member's relative MASE at the split, its CPU seconds, and the weights chosen."""
    parser = argparse.ArgumentParser(prog="forecast_benchmark.candidates")
    parser.add_argument("--sample", type=int, default=20, help="series of each set")
    sample = parser.parse_args(arguments).sample
    warnings.filterwarnings("ignore")
    # Importing it is no part of what a model costs.
    import statsforecast.models  # noqa: F401

    _compare_two_seasons(sample)
    say("\n| set | smoothed | AutoARIMA | MSTL | chosen before the split | at the split | CPU-s |")
    say("|---|---|---|---|---|---|---|")
    ratios: dict[str, list[float]] = {}
    for whole in load_sets(with_m3=False):
        scored = _sample(whole, sample)
        before = _forecasts(move_back(scored, 1))[0]
        now, cpu_s = _forecasts(scored)
        weights = _choose(move_back(scored, 1), before)
        naive = mase(scored, _naive(scored))
        found = {name: mase(scored, one) / naive for name, one in now.items()}
        found["chosen"] = mase(scored, _mix(now, weights)) / naive
        for name, ratio in found.items():
            ratios.setdefault(name, []).append(ratio)
        told = " ".join(f"{name} {share:g}" for name, share in weights.items())
        cost = " / ".join(f"{cpu_s[name]:.2f}" for name in now)
        say(
            f"| {scored.name}, {len(scored.known)} series | {found['smoothed']:.4f} "
            f"| {found['AutoARIMA']:.4f} | {found['MSTL']:.4f} | {told} | {found['chosen']:.4f} "
            f"| {cost} |"
        )
    means = [f"{np.exp(np.mean(np.log(one))):.4f}" for one in ratios.values()]
    say("| geometric mean | " + " | ".join([*means[:3], "", means[3]]) + " | |")


def _compare_two_seasons(count: int) -> None:
    scored = _days_with_a_week_and_a_year(count)
    frequency, history = history_of(scored)
    ends = np.array([(index, len(one.values)) for index, one in enumerate(history)])
    smoothed = _smoothed(scored)
    naive = mase(scored, _naive(scored))
    say("| three years of days | relative MASE | CPU-s |\n|---|---|---|")
    say(f"| smoothed | {mase(scored, smoothed) / naive:.4f} | |")
    began = time.process_time()
    own = forecast_two_seasons(history, ends, frequency, scored.horizon, smoothed)
    own_s = time.process_time() - began
    peer = _mstl(scored, [7, 365])
    peer_s = time.process_time() - began - own_s
    for name, said, cpu_s in (("two seasons", own, own_s), ("MSTL", peer, peer_s)):
        say(f"| {name} | {mase(scored, said) / naive:.4f} | {cpu_s:.2f} |")


def _days_with_a_week_and_a_year(count: int, horizon: int = 28) -> ScoredSet:
    """Patterns of both seasons on a slow walk, with noise."""
    draws = np.random.default_rng(SEED)
    day = np.arange(3 * 365 + horizon)
    week = draws.normal(0, 8, (count, 7))[:, day % 7]
    waves = draws.normal(0, 10, (count, 4))
    angle = 2 * np.pi * day / 365.25
    year = waves[:, [0]] * np.sin(angle) + waves[:, [1]] * np.cos(angle)
    year += waves[:, [2]] * np.sin(2 * angle) + waves[:, [3]] * np.cos(2 * angle)
    walk = np.cumsum(draws.normal(0, 0.5, week.shape), axis=1)
    values = 100 + week + year + walk + draws.normal(0, 5, week.shape)
    return ScoredSet("days", 7, horizon, 18_000, tuple(values[:, :-horizon]), values[:, -horizon:])


def _sample(scored: ScoredSet, most: int) -> ScoredSet:
    """The same series in every run, of those that are long enough one horizon before."""
    long = [
        index
        for index, known in enumerate(scored.known)
        if len(known) - scored.horizon >= max(_LEAST, 2 * scored.season + 2)
    ]
    drawn = np.random.default_rng(SEED).permutation(long)[:most]
    chosen = sorted(int(index) for index in drawn)
    return replace(
        scored, known=tuple(scored.known[index] for index in chosen), ahead=scored.ahead[chosen]
    )


def _forecasts(scored: ScoredSet) -> tuple[dict[str, Floats], dict[str, float]]:
    """What each member says, and the CPU seconds it took."""
    members: dict[str, Callable[[ScoredSet], Floats]] = {
        "smoothed": _smoothed,
        "AutoARIMA": _arima,
        "MSTL": lambda one: _mstl(one, [one.season]),
    }
    said, cpu_s = {}, {}
    for name, member in members.items():
        began = time.process_time()
        said[name] = member(scored)
        cpu_s[name] = time.process_time() - began
    return said, cpu_s


def _smoothed(scored: ScoredSet) -> Floats:
    frequency, history = history_of(scored)
    ends = np.array([(index, len(one.values)) for index, one in enumerate(history)])
    return view_origins(history, ends, frequency, scored.horizon).smoothed


def _arima(scored: ScoredSet) -> Floats:
    """With the orders that it chooses by itself."""
    from statsforecast.models import AutoARIMA

    return _each(scored, lambda: AutoARIMA(season_length=scored.season))


def _mstl(scored: ScoredSet, seasons: list[int]) -> Floats:
    """With AutoETS for what the seasons leave; without a season, AutoETS is all there is of it."""
    from statsforecast.models import MSTL, AutoETS

    def make() -> Any:
        return MSTL(season_length=seasons) if seasons != [1] else AutoETS(season_length=1)

    return _each(scored, make)


def _each(scored: ScoredSet, make: Callable[[], Any]) -> Floats:
    """One model per series; those that it cannot fit repeat their last season."""
    said = []
    for known in scored.known:
        try:
            one = np.asarray(make().forecast(y=known, h=scored.horizon)["mean"])
        except (ValueError, ZeroDivisionError, IndexError, np.linalg.LinAlgError):
            one = np.full(scored.horizon, np.nan)
        said.append(np.where(np.isfinite(one), one, np.resize(known[-scored.season :], len(one))))
    return np.array(said)


def _choose(scored: ScoredSet, said: Mapping[str, Floats]) -> dict[str, float]:
    names = list(said)
    rated = []
    for first in range(5):
        for second in range(5 - first):
            shares = (first / 4, second / 4, (4 - first - second) / 4)
            weights = {name: share for name, share in zip(names, shares, strict=True) if share}
            rated.append((mase(scored, _mix(said, weights)), len(weights), shares, weights))
    return min(rated, key=lambda one: one[:3])[3]


def _mix(said: Mapping[str, Floats], weights: Mapping[str, float]) -> Floats:
    return np.asarray(sum(share * said[name] for name, share in weights.items()))


def _naive(scored: ScoredSet) -> Floats:
    return np.array([np.resize(known[-scored.season :], scored.horizon) for known in scored.known])


def say(line: str) -> None:
    """Print at once: AutoARIMA takes seconds per series."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
