"""MASE and weighted quantile loss."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forecast_benchmark.peers import QUANTILES
from forecast_benchmark.sets import ScoredSet


def mase(scored: ScoredSet, mean: NDArray[np.float64]) -> float:
    """Mean over the series of the absolute error over that of seasonal naive in the known part.

    Hyndman and Koehler (2006), "Another look at measures of forecast accuracy". A series whose
    known part repeats exactly has no scale and is left out.
    """
    scales = np.array(
        [np.abs(known[scored.season :] - known[: -scored.season]).mean() for known in scored.known]
    )
    errors = np.abs(scored.ahead - mean).mean(axis=1)
    return float(np.mean(errors[scales > 0] / scales[scales > 0]))


def weighted_quantile_loss(scored: ScoredSet, quantiles: NDArray[np.float64]) -> float:
    """Mean over the quantiles of twice the pinball loss, over the sum of the actual values.

    Park et al. (2022), "Learning Quantile Functions without Quantile Crossing", section 5.
    """
    missed = scored.ahead[:, :, None] - quantiles
    levels = np.array(QUANTILES)
    pinball = np.maximum(levels * missed, (levels - 1) * missed)
    return float(np.mean(2 * pinball.sum(axis=(0, 1)) / np.abs(scored.ahead).sum()))
