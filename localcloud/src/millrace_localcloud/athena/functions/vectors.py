"""Distances and what counts or finds elements (Trino documentation, "Array", "Mathematical")."""

from __future__ import annotations

import math
from typing import Any

from millrace_localcloud.athena.functions.failures import FunctionFailed, invalid_argument
from millrace_localcloud.athena.functions.registry import declare

Vector = list[float]
Sparse = dict[str, float]


def _refused(what: str) -> FunctionFailed:
    return FunctionFailed("NOT_SUPPORTED", f"the local cloud does not support {what}")


def _checked(first: Vector, second: Vector) -> None:
    if len(first) != len(second):
        raise invalid_argument("The arguments must have the same length")
    if None in first or None in second:
        raise _refused("a vector that holds a NULL")


def euclidean_distance(first: Vector, second: Vector) -> float:
    """The root of the squares' sum."""
    _checked(first, second)
    return math.sqrt(sum((a - b) * (a - b) for a, b in zip(first, second, strict=True)))


def _cosine(product: float, first: float, second: float) -> float:
    if not first or not second:
        raise _refused("the cosine of a vector of length 0")
    return product / (math.sqrt(first) * math.sqrt(second))


def cosine_similarity(first: Vector, second: Vector) -> float:
    """The cosine of the angle between two vectors."""
    _checked(first, second)
    product = sum(a * b for a, b in zip(first, second, strict=True))
    return _cosine(product, sum(a * a for a in first), sum(b * b for b in second))


def cosine_distance(first: Vector, second: Vector) -> float:
    """1 without the cosine."""
    return 1.0 - cosine_similarity(first, second)


def sparse_similarity(first: Sparse, second: Sparse) -> float:
    """The cosine between two vectors that are maps."""
    if None in first.values() or None in second.values():
        raise _refused("a vector that holds a NULL")
    product = sum(value * second[key] for key, value in first.items() if key in second)
    squares = [sum(value * value for value in one.values()) for one in (first, second)]
    return _cosine(product, *squares)


def sparse_distance(first: Sparse, second: Sparse) -> float:
    """1 without the cosine."""
    return 1.0 - sparse_similarity(first, second)


def array_histogram(values: list[Any]) -> dict[Any, int]:
    """How often each value stands there; NULL does not count."""
    counts: dict[Any, int] = {}
    for one in values:
        if one is not None:
            counts[one] = counts.get(one, 0) + 1
    return counts


def contains_sequence(values: list[Any], wanted: list[Any]) -> bool:
    """Whether the wanted values stand there side by side."""
    if None in values or None in wanted:
        raise _refused("contains_sequence of an array that holds a NULL")
    starts = range(len(values) - len(wanted) + 1)
    return any(values[at : at + len(wanted)] == wanted for at in starts)


for signature, meaning in (
    ("euclidean_distance(array(double), array(double)) -> double", euclidean_distance),
    ("cosine_similarity(array(double), array(double)) -> double", cosine_similarity),
    (
        "cosine_similarity(map(varchar, double), map(varchar, double)) -> double",
        sparse_similarity,
    ),
    ("cosine_distance(array(double), array(double)) -> double", cosine_distance),
    ("cosine_distance(map(varchar, double), map(varchar, double)) -> double", sparse_distance),
    ("array_histogram(array(T)) -> map(T, bigint)", array_histogram),
    ("contains_sequence(array(T), array(T)) -> boolean", contains_sequence),
    ("array_first(array(T)) -> T", "list_extract({0}, 1)"),
    ("array_last(array(T)) -> T", "list_extract({0}, -1)"),
):
    declare(signature, meaning)
