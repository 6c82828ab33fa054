"""How much intervals hold, per set and moment: ``python -m forecast_benchmark.coverage``.

The series of a set share their moment: a recession misses all of them on one side. What a set's
split says of coverage is therefore one draw, however many series it has, and the error of the mean
over the series is no measure of how far it may be off. Moments are the clusters here: the standard
error is that of the mean over them.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np
from numpy.typing import NDArray

from forecast_benchmark.millrace import INTERVALS, train_and_predict
from forecast_benchmark.sets import load_sets, move_back


def main(arguments: list[str]) -> None:
    """Print the coverage of each set at each moment, and the means with their standard errors."""
    parser = argparse.ArgumentParser(prog="forecast_benchmark.coverage")
    parser.add_argument("--moments", type=int, default=3, help="official split, and earlier ones")
    moments = parser.parse_args(arguments).moments
    found = []
    say("| set | interval | " + " | ".join(f"{back} back" for back in range(moments)) + " | mean |")
    say("|---|---|" + "---|" * (moments + 1))
    for scored in load_sets(with_m3=False):
        if scored.name == "flights_daily":
            continue
        own = [train_and_predict(move_back(scored, back)).coverage for back in range(moments)]
        shares = np.array([[one[percent] for one in own] for percent in INTERVALS])
        found.append(shares)
        for percent, row in zip(INTERVALS, shares, strict=True):
            told = " | ".join(f"{share:.1%}" for share in row)
            say(f"| {scored.name} | {percent} % | {told} | {_mean(row)} |")
    everything = np.array(found)
    say("")
    for place, percent in enumerate(INTERVALS):
        cells = everything[:, place]
        say(
            f"{percent} %: all sets and moments {_mean(cells.ravel())}; per moment "
            + ", ".join(f"{share:.1%}" for share in cells.mean(axis=0))
            + f"; one set at one moment is {100 * _between(cells):.1f} points from its set's mean"
        )


def _mean(shares: NDArray[np.float64]) -> str:
    """The mean and its standard error, each share one draw."""
    error = shares.std(ddof=1) / np.sqrt(shares.size) if shares.size > 1 else np.nan
    return f"{shares.mean():.1%} ± {100 * error:.1f}"


def _between(cells: NDArray[np.float64]) -> float:
    """Standard deviation between the moments of a set, over all sets; shape (sets, moments)."""
    sets, moments = cells.shape
    missed = cells - cells.mean(axis=1, keepdims=True)
    return float(np.sqrt((missed**2).sum() / max(sets * (moments - 1), 1)))


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
