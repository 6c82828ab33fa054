"""What the values of one column of a sample say of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

_BIGINT = 2**63
_WHOLE = re.compile(r"[+-]?(0|[1-9]\d{0,18})")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_CODE = re.compile(r"[+-]?0\d+")
"""Digits with a leading zero are a code, as a postal code: a number would lose the zero."""


@dataclass(frozen=True, slots=True)
class InferredColumn:
    """One column, as the sample has it."""

    name: str
    """Lower case, letters, digits and underscores."""
    header: str
    """As the file names it."""
    type: str
    required: bool
    """No value is missing in the sample."""
    unique: bool
    """No value stands twice in the sample."""


def infer_column(name: str, header: str, values: Sequence[str | None]) -> InferredColumn:
    """The narrowest type that every value of the sample has."""
    present = [value for value in values if value is not None]
    return InferredColumn(
        name=name,
        header=header,
        type=_type(present),
        required=bool(values) and len(present) == len(values),
        unique=bool(values) and len(set(present)) == len(values),
    )


def _type(values: Sequence[str]) -> str:
    if not values:
        return "string"
    for kind, fits in (
        ("boolean", _is_boolean),
        ("bigint", _is_whole),
        ("double", _is_number),
        ("date", _is_date),
        ("timestamp", _is_timestamp),
    ):
        if all(map(fits, values)):
            return kind
    return "string"


def _is_boolean(text: str) -> bool:
    return text.lower() in ("true", "false")


def _is_whole(text: str) -> bool:
    return bool(_WHOLE.fullmatch(text)) and -_BIGINT <= int(text) < _BIGINT


def _is_number(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text)) and not _CODE.fullmatch(text)


def _is_date(text: str) -> bool:
    return bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", text)) and _reads(date.fromisoformat, text)


def _is_timestamp(text: str) -> bool:
    shaped = re.match(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}", text)
    return bool(shaped) and _reads(datetime.fromisoformat, text)


def _reads(parse: object, text: str) -> bool:
    assert callable(parse)
    try:
        parse(text)
    except ValueError:
        return False
    return True
