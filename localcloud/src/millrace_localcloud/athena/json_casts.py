"""Casts to and from JSON (Trino documentation, "JSON functions and operators", "Cast to JSON").

A row becomes an object with its fields' names, as in Athena's engine version 3 (user guide,
"Athena engine version 3", breaking changes).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from millrace_localcloud.athena.errors import not_supported
from millrace_localcloud.athena.java.json_text import dump, load
from millrace_localcloud.athena.java.numbers import java_double, java_float
from millrace_localcloud.athena.json_reading import reader
from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.translation import Place
from millrace_localcloud.athena.types import JSON, Type

_BARE = ("boolean", "tinyint", "smallint", "integer", "bigint", "decimal")
_KEYS = ("varchar", "boolean", "tinyint", "smallint", "integer", "bigint", "double")


def to_json(value: Typed, place: Place) -> Typed | None:
    """``CAST(x AS JSON)``; None for a type that has no such cast."""
    if not _names_all(value.kind):
        raise not_supported("a row without names of its fields as JSON")
    if not _writes(value.kind):
        return None
    if value.kind.base in _BARE and value.kind.base != "decimal":
        return Typed(f"CAST({value.sql} AS VARCHAR)", JSON)
    return place.call(_writer(value.kind), [value], JSON)


def _names_all(kind: Type) -> bool:
    if kind.base == "row":
        return all(name is not None and _names_all(part) for name, part in kind.args)
    return all(_names_all(part) for part in kind.args if isinstance(part, Type))


def _writes(kind: Type) -> bool:
    if kind.base == "array":
        return _writes(kind.element)
    if kind.base == "map":
        return kind.args[0].base in _KEYS and _writes(kind.args[1])
    if kind.base == "row":
        return all(_writes(part) for _, part in kind.args)
    known = (*_BARE, "double", "real", "varchar", "json", "date", "timestamp", "unknown")
    return kind.base in known


@lru_cache(maxsize=256)
def _writer(kind: Type) -> Callable[[Any], str]:
    def json_of(value: Any) -> str:
        return _written(value, kind)

    return json_of


def _written(value: Any, kind: Type) -> str:
    if value is None:
        return "null"
    if kind.base == "array":
        return f"[{','.join(_written(one, kind.element) for one in value)}]"
    if kind.base == "map":
        keys = {_scalar_text(key, kind.args[0]): held for key, held in value.items()}
        members = (f"{dump(key)}:{_written(keys[key], kind.args[1])}" for key in sorted(keys))
        return f"{{{','.join(members)}}}"
    if kind.base == "row":
        pairs = zip(value.values(), kind.args, strict=True)
        members = (f"{dump(name)}:{_written(held, part)}" for held, (name, part) in pairs)
        return f"{{{','.join(members)}}}"
    if kind.base == "json":
        return str(value)
    text = _scalar_text(value, kind)
    if kind.base in _BARE or (kind.base in ("double", "real") and text[-1] not in "Ny"):
        return text
    return dump(text)


def _scalar_text(value: Any, kind: Type) -> str:
    if kind.base == "boolean":
        return "true" if value else "false"
    if kind.base == "double":
        return java_double(value)
    if kind.base == "real":
        return java_float(value)
    if kind.base == "decimal":
        return format(value, "f")
    if isinstance(value, datetime):
        digits = kind.args[0]
        return value.isoformat(" ", "microseconds")[: 19 + (digits + 1 if digits else 0)]
    return value.isoformat() if isinstance(value, date) else str(value)


def from_json(value: Typed, target: Type, place: Place) -> Typed | None:
    """``CAST(json AS T)``; None for a type that has no such cast."""
    found = _reader(target)
    return place.call(found, [value], target) if found else None


@lru_cache(maxsize=256)
def _reader(target: Type) -> Callable[[str], Any] | None:
    read = reader(target)
    if read is None:
        return None

    def from_json_text(text: str) -> Any:
        return read(load(text))

    return from_json_text
