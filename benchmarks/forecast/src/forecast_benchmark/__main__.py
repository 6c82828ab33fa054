"""Score the service's model beside its peers: ``python -m forecast_benchmark [--with-m3]``."""

from __future__ import annotations

import argparse
import sys
import warnings
from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from forecast_benchmark.millrace import SEED, train_and_predict
from forecast_benchmark.peers import peer_forecasts
from forecast_benchmark.recursive_peer import recursive_forecasts
from forecast_benchmark.scores import mase, weighted_quantile_loss
from forecast_benchmark.sets import ScoredSet, load_sets, move_back

_OWN = "Millrace"
_DAILY = "flights_daily"
"""Scored, and not part of the means: three series would weigh as much as hundreds."""


def main(arguments: list[str]) -> None:
    """Print one row per set and model, then the means over the competitions."""
    parser = argparse.ArgumentParser(prog="forecast_benchmark")
    parser.add_argument("--with-m3", action="store_true", help="add the hold-out")
    parser.add_argument("--quick", action="store_true", help="leave out statsforecast's models")
    parser.add_argument("--set", action="append", help="score only this set; repeatable")
    parser.add_argument("--back", type=int, default=0, help="horizons to move each split back by")
    options = parser.parse_args(arguments)
    # Peers warn of series that they cannot fit; those fall back to SeasonalNaive.
    warnings.filterwarnings("ignore")
    covered: dict[int, list[float]] = defaultdict(list)
    relative: dict[str, list[float]] = defaultdict(list)
    losses: dict[str, list[float]] = defaultdict(list)
    say("| set | model | MASE | relative | WQL | CPU-s | |")
    say("|---|---|---|---|---|---|---|")
    for scored in load_sets(options.with_m3):
        if options.set and scored.name not in options.set:
            continue
        scored = move_back(scored, options.back)
        own = train_and_predict(scored)
        found = {} if options.quick else peer_forecasts(scored)
        found["mlforecast"] = recursive_forecasts(scored, SEED)
        naive = mase(scored, _naive(scored))
        for name, one in {**found, _OWN: own.forecasts}.items():
            missed = mase(scored, one.mean)
            loss = weighted_quantile_loss(scored, one.quantiles)
            if scored.name != _DAILY:
                relative[name].append(missed / naive)
                losses[name].append(loss)
            say(
                f"| {scored.name} | {name} | {missed:.3f} | {missed / naive:.4f} | {loss:.4f} "
                f"| {one.cpu_s:.1f} | |"
            )
        for percent, share in own.coverage.items() if scored.name != _DAILY else ():
            covered[percent].append(share)
        weights = " ".join(f"{name} {share:g}" for name, share in own.model.weights.items())
        coverage = " ".join(f"{percent}%: {share:.1%}" for percent, share in own.coverage.items())
        per_s = len(scored.known) / own.forecasts.cpu_s
        say(
            f"| {scored.name} | trained in | | | | {own.train_cpu_s:.1f} "
            f"| {len(scored.known)} series, {per_s:.0f} per CPU-s; {weights}; coverage {coverage} |"
        )
    say("\n| competitions | geometric mean of relative MASE | mean WQL |\n|---|---|---|")
    for name, ratios in sorted(relative.items(), key=lambda pair: float(np.mean(np.log(pair[1])))):
        mean = float(np.exp(np.mean(np.log(ratios))))
        say(f"| {name} | {mean:.4f} | {np.mean(losses[name]):.4f} |")
    for percent, shares in covered.items():
        say(f"\nMean coverage of {_OWN}'s {percent} % intervals: {np.mean(shares):.1%}")


def say(line: str) -> None:
    """Print at once: peers take minutes per set."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _naive(scored: ScoredSet) -> NDArray[np.float64]:
    return np.array([np.resize(known[-scored.season :], scored.horizon) for known in scored.known])


if __name__ == "__main__":
    main(sys.argv[1:])
