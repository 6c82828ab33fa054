"""JSON values as values of a type."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from millrace_localcloud.athena.functions.failures import FunctionFailed
from millrace_localcloud.athena.java.json_text import dump
from millrace_localcloud.athena.java.numbers import double_text
from millrace_localcloud.athena.types import Type

Reader = Callable[[Any], Any]


def reader(kind: Type) -> Reader | None:
    """What makes a value of ``kind`` of a parsed JSON value; None when Trino has no such cast."""
    if kind.base in _SCALARS and not kind.args:
        return _nullable(_SCALARS[kind.base])
    if kind.base == "json":
        return _json
    if kind.base == "array":
        element = reader(kind.element)
        return _nullable(_array(element, kind)) if element else None
    if kind.base == "map":
        key, held = reader(kind.args[0]), reader(kind.args[1])
        scalar = kind.args[0].base in _SCALARS
        return _nullable(_map(key, held, kind)) if key and held and scalar else None
    if kind.base == "row":
        fields = [reader(part) for _, part in kind.args]
        return None if None in fields else _nullable(_row(fields, kind))
    return None


def _nullable(read: Reader) -> Reader:
    return lambda value: None if value is None else read(value)


def _failed(value: Any, target: str) -> FunctionFailed:
    text = f"Cannot cast to {target}. {json.dumps(value, ensure_ascii=False)}"
    return FunctionFailed("INVALID_CAST_ARGUMENT", text)


def _json(value: Any) -> str:
    return dump(value)


def _varchar(value: Any) -> str:
    if isinstance(value, dict | list):
        raise _failed(value, "varchar")
    if isinstance(value, bool):
        return "true" if value else "false"
    return double_text(float(value)) if isinstance(value, float) else str(value)


def _whole(name: str, bits: int) -> Reader:
    def whole(value: Any) -> int:
        try:
            exact = int(value) if isinstance(value, bool | str) else Decimal(value)
            found = int(Decimal(exact).quantize(Decimal(1), ROUND_HALF_UP))
        except (TypeError, ValueError, InvalidOperation) as error:
            raise _failed(value, name) from error
        if not -(1 << (bits - 1)) <= found < 1 << (bits - 1):
            raise _failed(value, name)
        return found

    return whole


def _double(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise _failed(value, "double") from error


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value != 0
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise _failed(value, "boolean")


def _date(value: Any) -> date:
    if not isinstance(value, str):
        raise FunctionFailed(
            "INVALID_CAST_ARGUMENT", "Cannot cast JSON value to date; expected a JSON string"
        )
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise _failed(value, "date")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise _failed(value, "date") from error


def _time(value: Any) -> time:
    if not isinstance(value, str) or not re.fullmatch(r"\d{2}:\d{2}:\d{2}(\.\d{1,3})?", value):
        raise _failed(value, "time(3)")
    whole, _, fraction = value.partition(".")
    try:
        return time.fromisoformat(f"{whole}.{fraction.ljust(3, '0')}")
    except ValueError as error:
        raise _failed(value, "time(3)") from error


_SCALARS: dict[str, Reader] = {
    "date": _date,
    "time": _time,
    "varchar": _varchar,
    "bigint": _whole("bigint", 64),
    "integer": _whole("integer", 32),
    "smallint": _whole("smallint", 16),
    "tinyint": _whole("tinyint", 8),
    "double": _double,
    "boolean": _boolean,
}


def _array(element: Reader, kind: Type) -> Reader:
    def array(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise _failed(value, str(kind))
        return [element(one) for one in value]

    return array


def _map(key: Reader, held: Reader, kind: Type) -> Reader:
    def mapping(value: Any) -> dict[Any, Any]:
        if not isinstance(value, dict):
            raise _failed(value, str(kind))
        return {key(name): held(one) for name, one in value.items()}

    return mapping


def _row(fields: list[Any], kind: Type) -> Reader:
    names = [name for name, _ in kind.args]

    def row(value: Any) -> dict[str, Any]:
        if isinstance(value, dict) and None not in names:
            folded = {name.lower(): one for name, one in value.items()}
            found = [folded.get(str(name).lower()) for name in names]
        elif isinstance(value, list) and len(value) == len(names):
            found = value
        else:
            raise _failed(value, str(kind))
        return {
            name or f"field{index}": read(one)
            for index, (name, read, one) in enumerate(zip(names, fields, found, strict=True))
        }

    return row
