"""Aggregates that are made of all their rows (Trino documentation, "Aggregate functions")."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from millrace_localcloud.athena.functions.central_moments import kurtosis, skewness
from millrace_localcloud.athena.functions.failures import invalid_argument
from millrace_localcloud.athena.types import BIGINT, DOUBLE, NUMBERS, Type, array, coerces, map_of


@dataclass(frozen=True)
class Collected:
    """Arguments at their types, the function of the list of rows, and its result."""

    kinds: tuple[Type, ...]
    function: Callable[..., Any]
    result: Type
    constants: int = 0
    """How many of the last arguments are constants that the function gets beside the rows."""


def map_agg(rows: list[dict[str, Any]]) -> dict[Any, Any] | None:
    """A map of all keys; of several values of a key the first that is met."""
    made: dict[Any, Any] = {}
    for row in rows:
        if row["a0"] is not None:
            made.setdefault(row["a0"], row["a1"])
    return made or None


def multimap_agg(rows: list[dict[str, Any]]) -> dict[Any, list[Any]] | None:
    """A map of all keys to all their values."""
    made: dict[Any, list[Any]] = {}
    for row in rows:
        if row["a0"] is not None:
            made.setdefault(row["a0"], []).append(row["a1"])
    return made or None


def map_union(rows: list[dict[str, Any]]) -> dict[Any, Any] | None:
    """All entries of all maps; of several values of a key the first that is met."""
    maps = [row["a0"] for row in rows if row["a0"] is not None]
    made: dict[Any, Any] = {}
    for one in maps:
        for key, value in one.items():
            made.setdefault(key, value)
    return made if maps else None


def histogram(rows: list[dict[str, Any]]) -> dict[Any, int] | None:
    """How often each value stands there."""
    made: dict[Any, int] = {}
    for row in rows:
        if row["a0"] is not None:
            made[row["a0"]] = made.get(row["a0"], 0) + 1
    return made or None


def percentile(rows: list[dict[str, Any]], share: float) -> Any:
    """The value at that share of the sorted values."""
    found = percentiles(rows, [share])
    return found[0] if found else None


def percentiles(rows: list[dict[str, Any]], shares: list[float]) -> list[Any] | None:
    """The values at these shares.

    A quantile digest that was never compressed answers the same: the value whose index is the
    whole part of share times count.
    """
    if any(not 0 <= share <= 1 for share in shares):
        raise invalid_argument("Percentile must be between 0 and 1")
    values = sorted(row["a0"] for row in rows if row["a0"] is not None)
    if not values:
        return None
    return [values[min(int(share * len(values)), len(values) - 1)] for share in shares]


def _ranked(rows: list[dict[str, Any]], count: int, *, down: bool) -> list[Any] | None:
    if count <= 0 or count > 10_000:
        raise invalid_argument("third argument of max_by/min_by must be between 1 and 10000")
    known = [row for row in rows if row["a1"] is not None]
    ranked = sorted(known, key=lambda row: row["a1"], reverse=down)
    return [row["a0"] for row in ranked[:count]] or None


def most_by(rows: list[dict[str, Any]], count: int) -> list[Any] | None:
    """What stands beside the greatest values."""
    return _ranked(rows, count, down=True)


def least_by(rows: list[dict[str, Any]], count: int) -> list[Any] | None:
    """What stands beside the smallest values."""
    return _ranked(rows, count, down=False)


def collected(name: str, kinds: Sequence[Type]) -> Collected | None:
    """The aggregate of that name for arguments of these types; None when there is none."""
    found = COLLECTED.get(name)
    return found(tuple(kinds)) if found else None


def _pairs(function: Callable[..., Any], kinds: tuple[Type, ...], value: Any) -> Collected | None:
    if len(kinds) != 2:
        return None
    return Collected(kinds, function, map_of(kinds[0], value(kinds[1])))


def _map_union(kinds: tuple[Type, ...]) -> Collected | None:
    if len(kinds) != 1 or kinds[0].base != "map":
        return None
    return Collected(kinds, map_union, kinds[0])


def _histogram(kinds: tuple[Type, ...]) -> Collected | None:
    return Collected(kinds, histogram, map_of(kinds[0], BIGINT)) if len(kinds) == 1 else None


def _percentile(kinds: tuple[Type, ...]) -> Collected | None:
    if len(kinds) != 2:
        return None
    value = next((one for one in (BIGINT, Type("real"), DOUBLE) if coerces(kinds[0], one)), None)
    if value is None:
        return None
    if coerces(kinds[1], DOUBLE):
        return Collected((value, DOUBLE), percentile, value, 1)
    if coerces(kinds[1], array(DOUBLE)):
        return Collected((value, array(DOUBLE)), percentiles, array(value), 1)
    return None


def _ranking(function: Callable[..., Any], kinds: tuple[Type, ...]) -> Collected | None:
    ordered = (*NUMBERS, "varchar", "date", "timestamp", "boolean")
    if len(kinds) != 3 or kinds[1].base not in ordered or not coerces(kinds[2], BIGINT):
        return None
    return Collected((*kinds[:2], BIGINT), function, array(kinds[0]), 1)


def _numbers(function: Callable[..., Any], kinds: tuple[Type, ...]) -> Collected | None:
    if len(kinds) != 1 or not coerces(kinds[0], DOUBLE):
        return None
    return Collected((DOUBLE,), function, DOUBLE)


COLLECTED: dict[str, Callable[[tuple[Type, ...]], Collected | None]] = {
    "map_agg": lambda kinds: _pairs(map_agg, kinds, lambda kind: kind),
    "multimap_agg": lambda kinds: _pairs(multimap_agg, kinds, array),
    "map_union": _map_union,
    "histogram": _histogram,
    "approx_percentile": _percentile,
    "max_by": lambda kinds: _ranking(most_by, kinds),
    "min_by": lambda kinds: _ranking(least_by, kinds),
    "skewness": lambda kinds: _numbers(skewness, kinds),
    "kurtosis": lambda kinds: _numbers(kurtosis, kinds),
}
