"""Comparisons inside a JSON path (Trino documentation, "Comparison rules")."""

from __future__ import annotations

import operator
from typing import Any

_MEANS = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def compared(sign: str, left: list[Any], right: list[Any], is_strict: bool) -> bool | None:
    """Whether any pair compares so; None is unknown."""
    return _any([_pair(sign, one, other) for one in left for other in right], is_strict)


def starts_with(left: list[Any], right: list[Any], is_strict: bool) -> bool | None:
    """Whether any text starts with the only text on the right."""
    if len(right) != 1 or not isinstance(right[0], str):
        return None
    found = [one.startswith(right[0]) if isinstance(one, str) else None for one in left]
    return _any(found, is_strict)


def _any(answers: list[bool | None], is_strict: bool) -> bool | None:
    if is_strict and None in answers:
        return None
    # In lax mode what is met first, a match or an error, decides.
    for one in answers:
        if one is not False:
            return one
    return False


def _pair(sign: str, left: Any, right: Any) -> bool | None:
    if left is None or right is None:
        return left is None and right is None and sign == "=="
    if isinstance(left, dict | list) or isinstance(right, dict | list):
        return None
    if _kind(left) is not _kind(right):
        return None
    return bool(_MEANS[sign](left, right))


def _kind(item: Any) -> type:
    if isinstance(item, bool | str):
        return type(item)
    return float
