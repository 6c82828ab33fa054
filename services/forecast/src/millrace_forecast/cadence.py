"""How often a table's series were recorded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from millrace_forecast.calendar import Frequency
from millrace_forecast.errors import HistoryUnusable

_LEAST_RECORDS = 6
"""Fewer may be apart by chance."""


def require_one_cadence(rows: Sequence[tuple[Any, ...]], frequency: Frequency) -> None:
    """Refuse a table in which some series are recorded per period and others more rarely.

    It is for sums alone: a total of the month on its first day would become a month of zeros with
    one peak, beside series of daily values. Counts are rows, and a day without any is a real zero.

    Args:
        rows: ``(*series key, day, value)``.
        frequency: The declared one.

    Raises:
        HistoryUnusable: Names a series of each kind.
    """
    recorded: dict[tuple[str, ...], set[int]] = {}
    for *key, moment, value in rows:
        if moment is not None and value is not None:
            day: date = moment.date() if isinstance(moment, datetime) else moment
            recorded.setdefault(tuple(map(str, key)), set()).add(frequency.period_of(day))
    rare = sorted(key for key, periods in recorded.items() if _is_rarer(periods))
    dense = sorted(key for key, periods in recorded.items() if 1 in _gaps(periods))
    if rare and dense:
        raise HistoryUnusable(
            f"mixed frequencies: series {dense[0]} has values in consecutive periods "
            f"({frequency.name}), series {rare[0]} in every {min(_gaps(recorded[rare[0]]))}th only"
        )


def _is_rarer(periods: set[int]) -> bool:
    gaps = set(_gaps(periods))
    # Months are 28 to 31 days, and quarters 90 to 92, long.
    return len(periods) >= _LEAST_RECORDS and min(gaps) > 3 and max(gaps) - min(gaps) <= 3


def _gaps(periods: Iterable[int]) -> list[int]:
    ordered = sorted(periods)
    return [after - before for before, after in pairwise(ordered)]
