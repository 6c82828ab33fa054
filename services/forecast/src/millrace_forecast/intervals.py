"""Prediction intervals by split-conformal calibration on the back-test's errors.

Vovk, Gammerman and Shafer (2005), "Algorithmic Learning in a Random World": with n calibration
errors the band between the ⌊(n + 1)(1 - c)/2⌋-th and the ⌈(n + 1)(1 + c)/2⌉-th smallest covers at
least c, for exchangeable errors and without assuming their shape. Errors are divided by the spread
that is expected of them first (Lei et al. 2018, "Distribution-Free Predictive Inference for
Regression", section 5.2), so that a calm series gets a narrower band than a wild one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

_NEIGHBOURS = 2
"""Steps on either side that a step is calibrated with."""


class Band(BaseModel):
    """How far an interval reaches from the forecast, in units of the spread; one per step."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    lower: tuple[float, ...]
    upper: tuple[float, ...]


Bands = dict[int, Band]
"""By coverage in per cent."""


def calibrate(errors: NDArray[np.float64], percents: Sequence[int]) -> Bands:
    """Bands of the asked coverages.

    Args:
        errors: Actual less forecast over spread; shape (origins, horizon).
        percents: Coverages.
    """
    return {percent: _band(errors, percent / 100) for percent in percents}


def measure_coverage(
    errors: NDArray[np.float64], groups: NDArray[np.int64], percents: Sequence[int]
) -> dict[int, float]:
    """Share of errors that bands hold which were calibrated without them.

    Args:
        errors: As ``calibrate``.
        groups: Group of each origin: each half of the groups is held against bands of the other.
        percents: Coverages.

    Returns:
        Empty when there is one group only.
    """
    odd = groups % 2 == 1
    if odd.all() or not odd.any():
        return {}
    held = {percent: 0 for percent in percents}
    for fold in (odd, ~odd):
        for percent, band in calibrate(errors[fold], percents).items():
            inside = (errors[~fold] >= band.lower) & (errors[~fold] <= band.upper)
            held[percent] += int(inside.sum())
    return {percent: count / errors.size for percent, count in held.items()}


def _band(errors: NDArray[np.float64], coverage: float) -> Band:
    lower, upper = [], []
    for step in range(errors.shape[1]):
        near = np.sort(errors[:, max(0, step - _NEIGHBOURS) : step + _NEIGHBOURS + 1].ravel())
        count = len(near)
        low = math.floor((count + 1) * (1 - coverage) / 2)
        high = math.ceil((count + 1) * (1 + coverage) / 2)
        # An interval holds its own forecast, however biased the errors were.
        lower.append(min(0.0, float(near[max(low, 1) - 1])))
        upper.append(max(0.0, float(near[min(high, count) - 1])))
    return Band(lower=tuple(lower), upper=tuple(upper))
