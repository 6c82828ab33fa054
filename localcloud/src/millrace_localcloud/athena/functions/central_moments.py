"""``skewness`` and ``kurtosis`` (Trino documentation, "Statistical aggregate functions")."""

from __future__ import annotations

import math
from typing import Any

Rows = list[dict[str, Any]]


def _centred(rows: Rows) -> tuple[list[float], float]:
    values = [row["a0"] for row in rows if row["a0"] is not None]
    return values, math.fsum(values) / len(values) if values else 0.0


def skewness(rows: Rows) -> float | None:
    """Fisher's coefficient; NULL of fewer than three values."""
    values, mean = _centred(rows)
    if len(values) < 3:
        return None
    second = math.fsum((one - mean) ** 2 for one in values)
    third = math.fsum((one - mean) ** 3 for one in values)
    return math.sqrt(len(values)) * third / second**1.5 if second else math.nan


def kurtosis(rows: Rows) -> float | None:
    """The unbiased estimate of the excess; NULL of fewer than four values."""
    values, mean = _centred(rows)
    count = float(len(values))
    if count < 4:
        return None
    second = math.fsum((one - mean) ** 2 for one in values)
    fourth = math.fsum((one - mean) ** 4 for one in values)
    if not second:
        return math.nan
    scale = (count - 1) * count * (count + 1) / ((count - 2) * (count - 3))
    less = 3 * (count - 1) ** 2 / ((count - 2) * (count - 3))
    return scale * fourth / second**2 - less
