"""Casts to and from JSON (Trino documentation, "JSON functions and operators")."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from millrace_localcloud.athena.functions.failures import FunctionFailed
from millrace_localcloud.athena.java.json_text import dump
from millrace_localcloud.athena.java.numbers import java_double
from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.translation import Place
from millrace_localcloud.athena.types import JSON, VARCHAR, Type


def to_json(value: Typed, place: Place) -> Typed | None:
    """``CAST(x AS JSON)`` of scalars and of arrays of them."""
    base = value.kind.base
    if base in ("boolean", "tinyint", "smallint", "integer", "bigint", "decimal"):
        return Typed(f"CAST({value.sql} AS VARCHAR)", JSON)
    if base == "double":
        return place.call(double_json, [value], JSON)
    if base == "varchar":
        return place.call(text_json, [value], JSON)
    plain = ("integer", "bigint", "varchar", "boolean")
    if base == "array" and value.kind.element.base in plain:
        return place.call(list_json, [value], JSON)
    if base == "map" and value.kind.args[0].base == "varchar" and value.kind.args[1].base in plain:
        return place.call(map_json, [value], JSON)
    return None


def double_json(value: float) -> str:
    """A double as JSON."""
    text = java_double(value)
    return f'"{text}"' if text in ("NaN", "Infinity", "-Infinity") else text


def text_json(value: str) -> str:
    """A text as a JSON string."""
    return dump(value)


def list_json(value: list[Any]) -> str:
    """An array as JSON."""
    return dump(list(value))


def map_json(value: Any) -> str:
    """A map as a JSON object."""
    return dump(dict(value))


def from_json(value: Typed, target: Type, place: Place) -> Typed | None:
    """``CAST(json AS T)`` for scalar types and arrays of them."""
    readers = {
        "varchar": json_varchar,
        "bigint": json_bigint,
        "integer": json_integer,
        "double": json_double,
        "boolean": json_boolean,
    }
    if target.base in readers and not target.args:
        return place.call(readers[target.base], [value], target)
    if target.base == "array" and target.element == VARCHAR:
        return place.call(json_texts, [value], target)
    if target.base == "array" and target.element.base in ("bigint", "double", "boolean"):
        return place.call(json_values(target.element.base), [value], target)
    return None


def _failed(text: str, target: str) -> FunctionFailed:
    return FunctionFailed("INVALID_CAST_ARGUMENT", f"Cannot cast to {target}. {text}")


def json_varchar(text: str) -> str | None:
    """A JSON scalar as text."""
    value = json.loads(text)
    if isinstance(value, dict | list):
        raise _failed(text, "varchar")
    if isinstance(value, str) or value is None:
        return value
    return java_double(value) if isinstance(value, float) else text


def json_bigint(text: str) -> int | None:
    """A JSON scalar as a whole number."""
    value = json.loads(text)
    if value is None or isinstance(value, bool | int):
        return value if value is None else int(value)
    if isinstance(value, float):
        return int(Decimal(value).quantize(Decimal(1), "ROUND_HALF_UP"))
    try:
        return int(value)
    except (TypeError, ValueError) as error:
        raise _failed(text, "bigint") from error


def json_integer(text: str) -> int | None:
    """A JSON scalar as an integer."""
    value = json_bigint(text)
    if value is not None and not -(2**31) <= value < 2**31:
        raise _failed(text, "integer")
    return value


def json_double(text: str) -> float | None:
    """A JSON scalar as a double."""
    value = json.loads(text)
    try:
        return None if value is None else float(value)
    except (TypeError, ValueError) as error:
        raise _failed(text, "double") from error


def json_boolean(text: str) -> bool | None:
    """A JSON scalar as a boolean."""
    value = json.loads(text)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value != 0
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise _failed(text, "boolean")


def json_texts(text: str) -> list[str | None] | None:
    """A JSON array of scalars as texts."""
    return _each(text, json_varchar)


def _each(text: str, read: Any) -> list[Any] | None:
    values = json.loads(text)
    if values is None:
        return None
    if not isinstance(values, list):
        raise _failed(text, "array")
    return [read(dump(one)) for one in values]


def json_bigints(text: str) -> list[Any] | None:
    """A JSON array as whole numbers."""
    return _each(text, json_bigint)


def json_doubles(text: str) -> list[Any] | None:
    """A JSON array as doubles."""
    return _each(text, json_double)


def json_booleans(text: str) -> list[Any] | None:
    """A JSON array as booleans."""
    return _each(text, json_boolean)


def json_values(base: str) -> Any:
    """The reader of arrays of a base type."""
    return {"bigint": json_bigints, "double": json_doubles, "boolean": json_booleans}[base]
