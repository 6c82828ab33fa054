"""Whether a dataset's runs are as its spec expects. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median

_ENOUGH = 5
"""Earlier runs below which nothing is usual."""
_LEAST_FACTOR = 3.0
_SPREADS = 5.0
_MAD_TO_DEVIATION = 1.4826
"""Of a normal distribution (Rousseeuw and Croux 1993, "Alternatives to the Median Absolute
Deviation", section 1)."""


def silent_for(
    last_success_at: datetime, now: datetime, fresh_within_hours: float
) -> timedelta | None:
    """How long there has been no new data; None while that is within what is expected."""
    silence = now - last_success_at
    return silence if silence > timedelta(hours=fresh_within_hours) else None


def usual_range(earlier: Sequence[int]) -> tuple[float, float] | None:
    """Between which counts of rows a run is usual.

    Counts vary by factors, so their logarithms are compared: within five standard deviations of
    the median, estimated by the median absolute deviation, and never narrower than a third to
    three times the median.

    Args:
        earlier: Rows read by earlier successful runs.

    Returns:
        None when there are fewer than five.
    """
    if len(earlier) < _ENOUGH:
        return None
    logs = [math.log1p(rows) for rows in earlier]
    middle = median(logs)
    deviation = _MAD_TO_DEVIATION * median(abs(log - middle) for log in logs)
    width = max(math.log(_LEAST_FACTOR), _SPREADS * deviation)
    return math.expm1(middle - width), math.expm1(middle + width)
