"""Prediction intervals by split-conformal calibration on the back-test's errors.

Vovk, Gammerman and Shafer (2005), "Algorithmic Learning in a Random World": with n calibration
errors the band of the ⌈(n + 1)·coverage⌉-th smallest covers at least ``coverage``, for
exchangeable errors and without assuming their shape.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

_NEIGHBOURS = 3


def calibrate(scaled_errors: NDArray[np.float64], coverage: float) -> list[float]:
    """Half-width of the interval per step ahead, in units of the series' level.

    Args:
        scaled_errors: Shape (windows x series, horizon).
        coverage: Share to cover, between 0 and 1.

    Returns:
        One width per step; a step is calibrated together with up to three on either side, and no
        step is narrower than the one before it.
    """
    horizon = scaled_errors.shape[1]
    widths = []
    for step in range(horizon):
        near = scaled_errors[:, max(0, step - _NEIGHBOURS) : step + _NEIGHBOURS + 1].ravel()
        rank = min(len(near), math.ceil((len(near) + 1) * coverage))
        widths.append(float(np.sort(near)[rank - 1]))
    return [float(width) for width in np.maximum.accumulate(widths)]
