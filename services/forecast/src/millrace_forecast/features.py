"""What is known at an origin: the members' forecasts, and the boosted model's view of them.

The boosted model learns how the smoothed forecast will miss, in units of the series' scale, from
what every form of smoothing says and from the values of earlier seasons; so one model serves series
of every size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from millrace_forecast.calendar import Frequency, calendar_features
from millrace_forecast.grid import TRENDS, SeasonKind, make_grid
from millrace_forecast.history import Series
from millrace_forecast.naive import repeat_last_season
from millrace_forecast.panel import Panel
from millrace_forecast.smoothing import smooth

Floats = NDArray[np.float64]

_SEASONS_BACK = 3
_KINDS: tuple[SeasonKind, ...] = ("none", "additive", "multiplicative")
_FORMS = tuple(f"{kind}_{trend}" for kind in _KINDS for trend in TRENDS)
FEATURES = (
    "step",
    *_FORMS,
    *(f"same_season_{back}" for back in range(1, _SEASONS_BACK + 1)),
    "same_weekday_last_year",
    "last",
    "mean_of_3",
    "mean_of_season",
    "mean_of_two_seasons",
    "weekday",
    "month",
    "day_of_year",
    "known",
    "size",
    "recent_change",
    "zero_share",
    "loss",
    *(f"{form}_loss" for form in _FORMS),
)


def feature_names(beside: Sequence[str]) -> tuple[str, ...]:
    """Every feature's name, with those of the columns beside the series.

    Args:
        beside: Names of the columns that are known ahead.
    """
    return (*FEATURES, *beside, *(f"{name}_change" for name in beside))


INTERMITTENT = 0.5
"""Share of zeros in the last two seasons from which demand counts as intermittent."""
_RATE_SEASONS = 8


@dataclass(frozen=True, slots=True)
class View:
    """What is known at some origins."""

    naive: Floats
    """Shape (origins, horizon)."""
    smoothed: Floats
    """Shape (origins, horizon)."""
    scale: Floats
    """Shape (origins, 1)."""
    intermittent: NDArray[np.bool_]
    """Shape (origins,)."""
    features: NDArray[np.float32]
    """Shape (origins, horizon, len(FEATURES) + 2 per column beside the series); what is not known
    is NaN."""

    def take(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> View:
        """The view from some of the origins."""
        return View(
            self.naive[chosen],
            self.smoothed[chosen],
            self.scale[chosen],
            self.intermittent[chosen],
            self.features[chosen],
        )


def view_origins(
    history: Sequence[Series], origins: NDArray[np.int64], frequency: Frequency, horizon: int
) -> View:
    """Look back from origins.

    Args:
        history: The series.
        origins: Rows (series, number of known values); shape (origins, 2). Nothing after an
            origin is looked at.
        frequency: The series' frequency.
        horizon: Steps ahead.
    """
    values = [one.values for one in history]
    panel = Panel(values, frequency.season)
    forms, losses = _forms(values, panel, origins, frequency.season, horizon)
    scale = panel.scale(origins)[:, None]
    smoothed, loss = _weighted(forms, losses, origins[:, 1], frequency.season)
    zero_share = panel.zero_share(origins, 2 * frequency.season)
    intermittent = zero_share >= INTERMITTENT
    intermittent &= ~_repeats(losses)
    # It has to be right on average: absolute errors, which choose a form, are least at the median.
    rate = panel.mean(origins, _RATE_SEASONS * frequency.season)
    smoothed[intermittent] = rate[intermittent, None]
    lags = _lags(panel, origins, frequency, horizon)
    firsts = np.array([one.first for one in history])
    steps = np.arange(1, horizon + 1)
    periods = firsts[origins[:, 0], None] + origins[:, 1:] - 1 + steps
    beside = _beside(history, origins, frequency, horizon)
    width = len(FEATURES) + len(beside)
    features = np.empty((len(origins), horizon, width), dtype=np.float32)
    relative = [
        *(forms[:, form] for form in range(len(_FORMS))),
        *lags,
        panel.at(origins[:, 0], origins[:, 1] - 1)[:, None],
        *(
            panel.mean(origins, width)[:, None]
            for width in (3, frequency.season, 2 * frequency.season)
        ),
    ]
    own = [
        np.log(origins[:, 1]),
        np.log(panel.size(origins) / scale[:, 0] + 1e-9),
        panel.recent_change(origins) / scale[:, 0],
        zero_share,
        loss - np.log(scale[:, 0]),
        *(losses - loss[:, None]).T,
    ]
    features[:, :, 0] = steps
    column = 1
    for found in relative:
        features[:, :, column] = (found - smoothed) / scale
        column += 1
    features[:, :, column : column + 3] = calendar_features(frequency, periods)
    column += 3
    for found in own:
        features[:, :, column] = found[:, None]
        column += 1
    for found in beside:
        features[:, :, column] = found
        column += 1
    features[~np.isfinite(features)] = np.nan
    return View(
        repeat_last_season(panel, origins, horizon), smoothed, scale, intermittent, features
    )


def _forms(
    values: list[Floats], panel: Panel, origins: NDArray[np.int64], season: int, horizon: int
) -> tuple[Floats, Floats]:
    """Forecasts (origins, forms, horizon) and losses (origins, forms); NaN of an invalid form."""
    forecasts = np.full((len(origins), len(_FORMS), horizon), np.nan)
    losses = np.full((len(origins), len(_FORMS)), np.nan)
    for index, kind in enumerate(_KINDS if season > 1 else _KINDS[:1]):
        valid = np.ones(len(origins), dtype=bool)
        if kind != "none":
            valid &= origins[:, 1] >= 2 * season
        if kind == "multiplicative":
            valid &= panel.least(origins) > 0
        if not valid.any():
            continue
        used, own = np.unique(origins[valid, 0], return_inverse=True)
        said = smooth(
            [values[one] for one in used],
            np.column_stack([own, origins[valid, 1]]),
            season,
            horizon,
            make_grid(kind),
        )
        place = slice(index * len(TRENDS), (index + 1) * len(TRENDS))
        forecasts[valid, place] = said.forecasts
        losses[valid, place] = said.loss
    return forecasts, losses


def _weighted(
    forms: Floats, losses: Floats, known: NDArray[np.int64], season: int
) -> tuple[Floats, Floats]:
    """The mean of the forms by the likelihood of their errors, and the least loss."""
    least = np.fmin.reduce(losses, axis=1)
    seen = np.clip(known - season, 1, 33) / 2
    total, weights = np.zeros(forms[:, 0].shape), np.zeros((len(forms), 1))
    for form in range(len(_FORMS)):
        share = np.nan_to_num(np.exp(-seen * (losses[:, form] - least)))[:, None]
        total += share * np.nan_to_num(forms[:, form])
        weights += share
    return total / weights, least


def _repeats(losses: Floats) -> NDArray[np.bool_]:
    """Whether a season explains the zeros: a shop that opens on Mondays is no intermittent one."""
    seasonal = np.fmin.reduce(losses[:, len(TRENDS) : 2 * len(TRENDS)], axis=1)
    return np.asarray(seasonal < np.fmin.reduce(losses[:, : len(TRENDS)], axis=1) + np.log(0.8))


def _lags(
    panel: Panel, origins: NDArray[np.int64], frequency: Frequency, horizon: int
) -> list[Floats]:
    """The same position of earlier seasons; of daily series also that of 52 weeks before."""
    steps = np.arange(1, horizon + 1)
    nearest = -(-steps // frequency.season) * frequency.season
    distances = [nearest + back * frequency.season for back in range(_SEASONS_BACK)]
    # A horizon of 366 days reaches past last year: the year before is known.
    distances.append(-(-steps // 364) * 364)
    found = [
        panel.at(origins[:, :1], origins[:, 1:] - 1 + steps - distance) for distance in distances
    ]
    if frequency.name != "D":
        found[-1] = np.full_like(found[-1], np.nan)
    return found


def _beside(
    history: Sequence[Series], origins: NDArray[np.int64], frequency: Frequency, horizon: int
) -> list[Floats]:
    """What is known ahead of each step, then its change since the same position of last season."""
    steps = np.arange(1, horizon + 1)
    target = origins[:, 1:] - 1 + steps
    last_season = target - -(-steps // frequency.season) * frequency.season
    found, change = [], []
    for columns in zip(*(one.beside for one in history), strict=True):
        told = np.concatenate(columns)
        begin = np.cumsum([0, *map(len, columns[:-1])])[origins[:, :1]]
        found.append(told[begin + target])
        before = np.where(last_season >= 0, told[begin + np.maximum(last_season, 0)], np.nan)
        change.append(found[-1] - before)
    return [*found, *change]
