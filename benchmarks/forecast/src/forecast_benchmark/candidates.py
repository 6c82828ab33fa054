"""Whether AutoARIMA or MSTL would earn a place: ``python -m forecast_benchmark.candidates``.

The service has neither (``docs/decisions/0005-forecast-members.md``). Here they stand beside its
model, trained on the whole set, on a fixed sample of the set's series. What AutoARIMA would add is
told by the model with it: shared in the quarters that had the lowest error one horizon before the
split, as the service's back-test chooses; then the split is scored with them. Of several seasons,
which none of the sets has, three years of days tell that were drawn with a week and a year: there
the service's member of two seasons stands beside MSTL.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecast_benchmark.millrace import SEED, history_of, train_and_predict
from forecast_benchmark.scores import mase
from forecast_benchmark.sets import ScoredSet, load_sets, move_back
from millrace_forecast.features import view_origins
from millrace_forecast.model import predict
from millrace_forecast.second_season import forecast_two_seasons

Floats = NDArray[np.float64]
_LEAST = 16
"""Known values that both have something to estimate from."""


def main(arguments: list[str]) -> None:
    """Print relative MASE at the split, with and without AutoARIMA, and CPU seconds."""
    parser = argparse.ArgumentParser(prog="forecast_benchmark.candidates")
    parser.add_argument("--sample", type=int, default=20, help="series of each set")
    parser.add_argument("--set", action="append", help="compare on this set alone; repeatable")
    options = parser.parse_args(arguments)
    sample = options.sample
    warnings.filterwarnings("ignore")
    # Importing it is no part of what a model costs.
    import statsforecast.models  # noqa: F401

    if not options.set:
        _compare_two_seasons(sample)
    say("\n| set | Millrace | with AutoARIMA | its share | AutoARIMA alone | MSTL alone | CPU-s |")
    say("|---|---|---|---|---|---|---|")
    ratios: dict[str, list[float]] = {}
    for whole in load_sets(with_m3=False):
        if options.set and whole.name not in options.set:
            continue
        scored = _sample(whole, sample)
        earlier = move_back(scored, 1)
        before = {
            "Millrace": _millrace(move_back(whole, 1), earlier),
            "AutoARIMA": _arima(earlier),
        }
        share = _choose(earlier, before["Millrace"], before["AutoARIMA"])
        now, cpu_s = _forecasts(whole, scored)
        now["with"] = (1 - share) * now["Millrace"] + share * now["AutoARIMA"]
        naive = mase(scored, _naive(scored))
        found = {name: mase(scored, one) / naive for name, one in now.items()}
        for name, ratio in found.items():
            ratios.setdefault(name, []).append(ratio)
        cost = " / ".join(f"{cpu_s[name]:.2f}" for name in cpu_s)
        say(
            f"| {scored.name}, {len(scored.known)} series | {found['Millrace']:.4f} "
            f"| {found['with']:.4f} | {share:g} | {found['AutoARIMA']:.4f} | {found['MSTL']:.4f} "
            f"| {cost} |"
        )
    mean = {name: f"{np.exp(np.mean(np.log(one))):.4f}" for name, one in ratios.items()}
    say(
        f"| geometric mean | {mean['Millrace']} | {mean['with']} | | {mean['AutoARIMA']} "
        f"| {mean['MSTL']} | |"
    )


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


def _forecasts(whole: ScoredSet, scored: ScoredSet) -> tuple[dict[str, Floats], dict[str, float]]:
    """What each says of the sample, and the CPU seconds it took; the model's with its training."""
    members: dict[str, Callable[[], Floats]] = {
        "Millrace": lambda: _millrace(whole, scored),
        "AutoARIMA": lambda: _arima(scored),
        "MSTL": lambda: _mstl(scored, [scored.season]),
    }
    said, cpu_s = {}, {}
    for name, member in members.items():
        began = time.process_time()
        said[name] = member()
        cpu_s[name] = time.process_time() - began
    return said, cpu_s


def _millrace(whole: ScoredSet, scored: ScoredSet) -> Floats:
    """The service's model of a whole set, asked for some of its series."""
    return predict(train_and_predict(whole).model, history_of(scored)[1]).mean


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


def _choose(scored: ScoredSet, own: Floats, other: Floats) -> float:
    """The other's share of the lowest error; the least of several."""
    shares = [quarter / 4 for quarter in range(5)]
    return min(shares, key=lambda share: mase(scored, (1 - share) * own + share * other))


def _naive(scored: ScoredSet) -> Floats:
    return np.array([np.resize(known[-scored.season :], scored.horizon) for known in scored.known])


def say(line: str) -> None:
    """Print at once: AutoARIMA takes seconds per series."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
