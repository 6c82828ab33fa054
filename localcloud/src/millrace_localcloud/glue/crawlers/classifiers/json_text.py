"""Classify JSON as Glue does ("Built-in classifiers", AWS Glue Developer Guide).

Objects one after another, on lines or not, are records. A top-level array is one record with one
column named ``array``, as the built-in classifier makes it; a custom one would be needed for more.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from millrace_localcloud.glue.crawlers.schema import Schema, widen

_SAMPLE_RECORDS = 1000
_INT_LIMIT = 2**31


def classify_json(text: str) -> Schema | None:
    """Schema of the sample, None when it is not JSON; a cut-off last record is left out."""
    stripped = text.lstrip()
    if stripped.startswith("["):
        in_array, records = True, _values(stripped[1:])
    elif stripped.startswith("{"):
        in_array, records = False, _values(stripped)
    else:
        return None
    sample = list(islice(records, _SAMPLE_RECORDS))
    if not sample:
        return None
    found = None
    for value, _ in sample:
        found = _merge(found, _kind(value))
    if in_array:
        return Schema("json", {"array": f"array<{_name(found)}>"}, len(text.encode()))
    if not isinstance(found, dict):
        return None
    columns = {name: _name(inner) for name, inner in found.items()}
    return Schema("json", columns, sample[-1][1] / len(sample))


def _values(text: str) -> Iterator[tuple[Any, int]]:
    decoder = json.JSONDecoder()
    position = 0
    while position < len(text):
        if text[position] in " \t\r\n,":
            position += 1
            continue
        try:
            value, position = decoder.raw_decode(text, position)
        except ValueError:
            return
        yield value, position


def _kind(value: Any) -> Any:
    """A dict is a struct, a list of one an array, a string a Glue type, None a null."""
    if isinstance(value, dict):
        return {name.lower(): _kind(inner) for name, inner in value.items()}
    if isinstance(value, list):
        inner = None
        for item in value:
            inner = _merge(inner, _kind(item))
        return [inner]
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "int" if -_INT_LIMIT <= value < _INT_LIMIT else "bigint"
    if isinstance(value, float):
        return "double"
    return None if value is None else "string"


def _merge(first: Any, second: Any) -> Any:
    if first is None or second is None:
        return second if first is None else first
    if isinstance(first, dict) and isinstance(second, dict):
        names = [*first, *(name for name in second if name not in first)]
        return {name: _merge(first.get(name), second.get(name)) for name in names}
    if isinstance(first, list) and isinstance(second, list):
        return [_merge(first[0], second[0])]
    if isinstance(first, str) and isinstance(second, str):
        return widen(first, second)
    return "string"


def _name(kind: Any) -> str:
    if isinstance(kind, dict):
        return f"struct<{','.join(f'{name}:{_name(inner)}' for name, inner in kind.items())}>"
    if isinstance(kind, list):
        return f"array<{_name(kind[0])}>"
    return kind or "string"
