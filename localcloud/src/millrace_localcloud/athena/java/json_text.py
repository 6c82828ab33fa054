"""JSON as Trino keeps it: no blanks, numbers as they were written, keys in order once parsed."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

from millrace_localcloud.athena.functions.failures import FunctionFailed, invalid_argument
from millrace_localcloud.athena.java.numbers import java_double


class _Number(float):
    """A number with a fraction or exponent, and its text."""

    def __new__(cls, text: str) -> _Number:
        made = super().__new__(cls, text)
        made.text = text
        return made

    text: str

    def __repr__(self) -> str:
        return self.text


def load(text: str) -> Any:
    """Parsed JSON whose numbers keep their text."""
    return json.loads(text, parse_float=_Number, parse_constant=_constant)


def _constant(word: str) -> Any:
    raise ValueError(word)


def dump(value: Any, *, is_sorted: bool = False) -> str:
    """Its text; with the keys of objects as they come or sorted."""
    if isinstance(value, dict):
        keys = sorted(value) if is_sorted else value
        pairs = (f"{dump(key)}:{dump(value[key], is_sorted=is_sorted)}" for key in keys)
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(dump(one, is_sorted=is_sorted) for one in value) + "]"
    if isinstance(value, _Number):
        # Releases of Trino keep a number's text or write its double: both must be the same.
        if value.text != java_double(float(value)):
            raise _refused(f"writing the JSON number {value.text} anew")
        return value.text
    if isinstance(value, Decimal):
        return format(value, "f")
    return json.dumps(value, ensure_ascii=False)


def json_parse(text: str) -> str:
    """A text as JSON."""
    try:
        return dump(load(text), is_sorted=True)
    except ValueError as error:
        raise invalid_argument(f"Cannot convert value to JSON: '{text}'") from error


_STEP = re.compile(
    r"""\.([A-Za-z_][\w-]*)|\[(\d+)\]|\["([^"\]]+)"\]|\['([^'\]]+)'\]|\[([A-Za-z_]\w*)\]"""
)


@lru_cache(maxsize=256)
def _path(text: str) -> tuple[str | int, ...]:
    steps: list[str | int] = []
    rest = text.removeprefix("$")
    while rest and rest != text:
        found = _STEP.match(rest)
        if found is None:
            break
        name, index, double, single, bare = found.groups()
        steps.append(int(index) if index is not None else name or double or single or bare)
        rest = rest[found.end() :]
    if rest:
        raise _refused(f"the JSON path {text}")
    return tuple(steps)


_ABSENT = object()


def _refused(what: str) -> FunctionFailed:
    return FunctionFailed("NOT_SUPPORTED", f"the local cloud does not support {what}")


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; of two members of a name Trino takes the first or the last, by the function."""
    members = dict(pairs)
    if len(members) < len(pairs):
        raise _refused("looking into JSON in which a name stands twice")
    return members


def _at(text: str, path: str) -> Any:
    steps = _path(path)
    try:
        value = json.loads(
            text, parse_float=_Number, parse_constant=_constant, object_pairs_hook=_members
        )
    except ValueError:
        if text.lstrip()[:1] in ("{", "["):
            # Trino reads no further than to what is asked for, which may stand before the mistake.
            raise _refused("looking into what begins as JSON and is none") from None
        return _ABSENT
    for step in steps:
        if isinstance(value, dict) and isinstance(step, str) and step in value:
            value = value[step]
        elif isinstance(value, dict) and str(step) in value:
            value = value[str(step)]
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return _ABSENT
    return value


def json_extract(text: str, path: str) -> str | None:
    """What lies at the path, as JSON."""
    value = _at(text, path)
    return None if value is _ABSENT else dump(value)


def json_extract_scalar(text: str, path: str) -> str | None:
    """The text of the scalar at the path."""
    value = _at(text, path)
    if value is _ABSENT or value is None or isinstance(value, dict | list):
        return None
    if isinstance(value, _Number):
        return value.text
    return value if isinstance(value, str) else dump(value)


def json_size(text: str, path: str) -> int | None:
    """Members of what lies at the path; 0 for a scalar."""
    value = _at(text, path)
    if value is _ABSENT:
        return None
    return len(value) if isinstance(value, dict | list) else 0


def json_array_length(text: str) -> int | None:
    """Elements; NULL for what is no array."""
    value = _at(text, "$")
    return len(value) if isinstance(value, list) else None


def json_array_get(text: str, index: int) -> str | None:
    """An element, counted from 0, or from the end below it; NULL without one."""
    values = _at(text, "$")
    if not isinstance(values, list) or not -len(values) <= index < len(values):
        return None
    # A string loses its quotes and is no JSON any more: so Trino documents it.
    one = values[index]
    return one if one is None or isinstance(one, str) else dump(one)


def json_array_contains(text: str, wanted: str | int | float | bool) -> bool | None:
    """Whether a scalar of the same kind stands in the array; NULL for what is none."""
    values = _at(text, "$")
    if not isinstance(values, list):
        return None
    kind = _Number if isinstance(wanted, float) else type(wanted)
    return any(type(one) is kind and one == wanted for one in values)


def is_json_scalar(text: str) -> bool:
    """Whether it is neither object nor array."""
    return not isinstance(_at(text, "$"), dict | list)
