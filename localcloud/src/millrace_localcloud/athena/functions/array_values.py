"""Arrays as Python lists (Trino documentation, "Array functions and operators")."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import combinations as every_combination
from itertools import zip_longest
from typing import Any

from millrace_localcloud.athena.functions.failures import invalid_argument

_MOST_COMBINATIONS = 100_000
List = list[Any]


def key_of(value: Any) -> Hashable:
    """What makes two values the same, NULL included."""
    if isinstance(value, list):
        return tuple(map(key_of, value))
    if isinstance(value, dict):
        return tuple((key, key_of(held)) for key, held in value.items())
    found: Hashable = value
    return found


def array_distinct(values: List) -> List:
    """``array_distinct``; a NULL stays."""
    seen: dict[Hashable, Any] = {}
    for one in values:
        seen.setdefault(key_of(one), one)
    return list(seen.values())


def array_union(first: List, second: List) -> List:
    """What either has, once."""
    return array_distinct([*first, *second])


def array_intersect(first: List, second: List) -> List:
    """What both have, once."""
    held = set(map(key_of, second))
    return [one for one in array_distinct(first) if key_of(one) in held]


def array_except(first: List, second: List) -> List:
    """What the first has and the second has not, once."""
    held = set(map(key_of, second))
    return [one for one in array_distinct(first) if key_of(one) not in held]


def arrays_overlap(first: List, second: List) -> bool | None:
    """Whether they share a value; unknown when only a NULL could be shared."""
    held = {key_of(one) for one in second if one is not None}
    if any(key_of(one) in held for one in first if one is not None):
        return True
    return None if (None in first or None in second) and first and second else False


def slice_of(values: List, start: int, length: int) -> List:
    """``length`` elements from ``start``, which counts from 1, or from the end below 0."""
    if length < 0:
        raise invalid_argument("length must be greater than or equal to 0")
    if start == 0:
        raise invalid_argument("SQL array indices start at 1")
    first = start - 1 if start > 0 else len(values) + start
    return values[first : first + length] if first >= 0 else []


def trim_array(values: List, count: int) -> List:
    """The array without its last ``count`` elements."""
    if not 0 <= count <= len(values):
        text = f"size must not exceed array cardinality {len(values)}: {count}"
        raise invalid_argument(text)
    return values[: len(values) - count]


def ngrams(values: List, size: int) -> list[List]:
    """Runs of ``size`` neighbours."""
    if size <= 0:
        raise invalid_argument("N must be positive")
    return [values[at : at + size] for at in range(max(1, len(values) - size + 1))]


def combinations(values: List, size: int) -> list[List]:
    """Every choice of ``size`` elements, of at most five."""
    if not 0 <= size <= 5:
        raise invalid_argument("combination size must not exceed 5 or be negative")
    made = []
    for one in every_combination(values, size):
        made.append(list(one))
        if len(made) > _MOST_COMBINATIONS:
            raise invalid_argument("combinations exceed max size")
    return made


def dot_product(first: list[float | None], second: list[float | None]) -> float | None:
    """Sum of the products."""
    if len(first) != len(second):
        raise invalid_argument("The arguments must have the same length")
    if None in first or None in second:
        return None
    return sum((a or 0.0) * (b or 0.0) for a, b in zip(first, second, strict=True))


def zipped(*arrays: List) -> list[dict[str, Any]]:
    """Rows of what stands at the same place, NULL where an array has ended."""
    return [{f"field{index}": one for index, one in enumerate(row)} for row in zip_longest(*arrays)]
