"""The members of a model, and their combination."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from millrace_forecast.boosting import Boosted
from millrace_forecast.features import View

Floats = NDArray[np.float64]
MemberName = Literal["seasonal_naive", "smoothed", "two_seasons", "boosted"]
MEMBERS: tuple[MemberName, ...] = ("seasonal_naive", "smoothed", "two_seasons", "boosted")
Weights = Mapping[MemberName, float]

_QUARTERS = 4
NAIVE_ALONE: Weights = {"seasonal_naive": 1.0}


@dataclass(frozen=True, slots=True)
class Said:
    """What every member says from some origins."""

    forecasts: dict[MemberName, Floats]
    """Each shape (origins, horizon)."""
    naive: Floats
    """Seasonal naive, untouched."""
    scale: Floats
    """Shape (origins, 1)."""
    spread: Floats
    """Size to expect of errors, up to a factor that calibration finds; shape (origins, horizon)."""

    def combined(self, weights: Weights) -> Floats:
        """Weighted mean of the members; shape (origins, horizon)."""
        return np.asarray(sum(share * self.forecasts[name] for name, share in weights.items()))


def ask_members(view: View, boosted: Boosted | None, two_seasons: Floats | None = None) -> Said:
    """Forecast from every origin.

    Intermittent series are forecast by their rate whatever the member: the boosted one learns the
    median, which is zero there, and their last season is chance.

    Args:
        view: What is known at each origin.
        boosted: The boosted member; None to leave it out.
        two_seasons: What the member of two seasons says, shape (origins, horizon); None to leave
            it out.
    """
    forecasts: dict[MemberName, Floats] = {
        "seasonal_naive": view.naive,
        "smoothed": view.smoothed,
    }
    if two_seasons is not None:
        forecasts["two_seasons"] = two_seasons
    spread = np.ones_like(view.naive)
    if boosted is not None:
        forecasts["boosted"], spread = boosted.predict(view)
    for name in forecasts:
        forecasts[name] = np.where(view.intermittent[:, None], view.smoothed, forecasts[name])
    return Said(forecasts, view.naive, view.scale, spread * view.scale)


def join(said: Sequence[Said]) -> Said:
    """One after the other; of the members that all of them have."""
    return Said(
        {
            name: np.concatenate([one.forecasts[name] for one in said])
            for name in MEMBERS
            if all(name in one.forecasts for one in said)
        },
        np.concatenate([one.naive for one in said]),
        np.concatenate([one.scale for one in said]),
        np.concatenate([one.spread for one in said]),
    )


def weightings(members: Mapping[MemberName, Floats]) -> list[Weights]:
    """Every way to share quarters among the members; fewer members and simpler ones come first."""
    names = [name for name in MEMBERS if name in members]
    shares = np.stack(np.meshgrid(*[range(_QUARTERS + 1)] * len(names), indexing="ij"), axis=-1)
    rows = shares.reshape(-1, len(names))
    found: list[Weights] = [
        {name: int(part) / _QUARTERS for name, part in zip(names, row, strict=True) if part}
        for row in rows[rows.sum(axis=1) == _QUARTERS]
    ]
    return sorted(found, key=lambda weights: (len(weights), -weights.get("seasonal_naive", 0.0)))


def name_of(weights: Weights) -> str:
    """The member's name, or ``combined`` where there are several."""
    return next(iter(weights)) if len(weights) == 1 else "combined"
