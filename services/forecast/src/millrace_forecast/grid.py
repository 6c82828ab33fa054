"""The grid of smoothing parameters: one member per combination, for each kind of season."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

SeasonKind = Literal["none", "additive", "multiplicative"]
TrendKind = Literal["none", "damped", "linear", "theta", "drift"]

TRENDS: tuple[TrendKind, ...] = ("none", "damped", "linear", "theta", "drift")
"""Theta drifts by half of the slope of the least-squares line, drift by all of it (Hyndman and
Billah 2003, "Unmasking the Theta method"); damped and linear adapt their slope."""

_ALPHAS = (0.1, 0.35, 0.8)
_GAMMAS = (0.05, 0.3)
_ADAPTING = (("damped", 0.1, 0.95), ("damped", 0.3, 0.85), ("linear", 0.2, 1.0))
"""(trend, beta*, phi)."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Parameters of the members of one kind of season, sorted by trend."""

    kind: SeasonKind
    trend: NDArray[np.int64]
    """Index into TRENDS; shape (members,)."""
    alpha: NDArray[np.float64]
    """Of the level; this and those below have shape (members, 1)."""
    beta: NDArray[np.float64]
    phi: NDArray[np.float64]
    gamma: NDArray[np.float64]
    drifting: slice
    """The members whose slope is that of the line through all that was seen."""
    part: NDArray[np.float64]
    """How much of that slope each of them takes; shape (drifting members, 1)."""


def make_grid(kind: SeasonKind) -> Grid:
    """Every combination of the parameters that a kind of season has."""
    rows = []
    for gamma in (0.0,) if kind == "none" else _GAMMAS:
        for alpha in _ALPHAS:
            rows.append((TRENDS.index("none"), alpha, 0.0, 0.0, gamma))
            rows += [(TRENDS.index(name), alpha, beta, phi, gamma) for name, beta, phi in _ADAPTING]
            rows += [(TRENDS.index(name), alpha, 0.0, 1.0, gamma) for name in ("theta", "drift")]
    table = np.array(sorted(rows))
    trend = table[:, 0].astype(np.int64)
    theta, drift = TRENDS.index("theta"), TRENDS.index("drift")
    drifting = slice(int(np.searchsorted(trend, theta)), len(trend))
    part = np.where(trend[drifting] == drift, 1.0, 0.5)[:, None]
    alphas, betas, phis, gammas = (table[:, [column]] for column in range(1, 5))
    return Grid(kind, trend, alphas, betas, phis, gammas, drifting, part)
