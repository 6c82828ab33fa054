"""Whether a metric's values raise an alarm."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence

_STATISTICS: dict[str, Callable[[Sequence[float]], float]] = {
    "SampleCount": len,
    "Average": lambda values: sum(values) / len(values),
    "Sum": sum,
    "Minimum": min,
    "Maximum": max,
}
_COMPARISONS = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
"""CloudWatch API Reference, PutMetricAlarm; those of anomaly detection are not evaluated."""


def statistic_of(name: str, values: Sequence[float]) -> float | None:
    """A statistic of one period's values; None without values, or where it is not known here."""
    return float(_STATISTICS[name](values)) if values and name in _STATISTICS else None


def breaches(comparison: str, value: float, threshold: float) -> bool:
    """Whether a value crosses the threshold."""
    compare = _COMPARISONS.get(comparison)
    return compare is not None and bool(compare(value, threshold))
