"""``json_array`` and ``json_object``."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlglot import exp

from millrace_localcloud.athena.functions.failures import FunctionFailed
from millrace_localcloud.athena.functions.special_forms import special
from millrace_localcloud.athena.java.numbers import java_double
from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.sql_json.items import ENCODINGS, JsonFault, read, refused, write
from millrace_localcloud.athena.sql_json.querying import formatted, output_encoding, returned
from millrace_localcloud.athena.translation import Place
from millrace_localcloud.athena.types import VARBINARY, VARCHAR, Type

_MAKERS = ("json_array", "json_object", "json_query")


@dataclass(frozen=True)
class Call:
    """A call's constant parts."""

    encodings: tuple[str | None, ...]
    """Of each value that is JSON text."""
    keeps_nulls: bool
    is_unique: bool
    output: str
    result: Type


def _text(value: Any, encoding: str | None) -> str:
    if encoding is not None and value is not None:
        try:
            return write(read(value, encoding))
        except JsonFault as fault:
            raise FunctionFailed(fault.code, str(fault)) from fault
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, float):
        if not math.isfinite(value):
            raise refused(f"{java_double(value)} as JSON")
        return java_double(value)
    return write(value.isoformat() if isinstance(value, date) else value)


def _finished(text: str, call: Call) -> Any:
    if call.output:
        return text.encode(ENCODINGS[call.output])
    if call.result.args and len(text) > call.result.args[0]:
        raise refused("a JSON text that is longer than the returned type")
    return text


@lru_cache(maxsize=256)
def _array(call: Call) -> Callable[..., Any]:
    def json_array(*values: Any) -> Any:
        pairs = zip(values, call.encodings, strict=True)
        texts = [_text(*pair) for pair in pairs if call.keeps_nulls or pair[0] is not None]
        return _finished(f"[{','.join(texts)}]", call)

    return json_array


@lru_cache(maxsize=256)
def _object(call: Call) -> Callable[..., Any]:
    def json_object(*arguments: Any) -> Any:
        keys, values = arguments[: len(call.encodings)], arguments[len(call.encodings) :]
        members = []
        for key, value, encoding in zip(keys, values, call.encodings, strict=True):
            if key is None:
                text = "null value passed for JSON object key to JSON_OBJECT function"
                raise FunctionFailed("JSON_OUTPUT_CONVERSION_ERROR", text)
            if call.keeps_nulls or value is not None:
                members.append((key, f"{write(key)}:{_text(value, encoding)}"))
        _check_unique([key for key, _ in members], call)
        return _finished(f"{{{','.join(text for _, text in members)}}}", call)

    return json_object


def _check_unique(keys: Sequence[str], call: Call) -> None:
    if len(set(keys)) == len(keys):
        return
    if call.is_unique:
        text = "duplicate key passed to JSON_OBJECT function"
        raise FunctionFailed("JSON_OUTPUT_CONVERSION_ERROR", text)
    raise refused("json_object with a key twice")


def _call(node: exp.Anonymous, encodings: list[str | None], place: Place) -> Call:
    nulls = node.args.get("nulls") or ("NULL" if str(node.this) == "json_object" else "ABSENT")
    output = output_encoding(node)
    result = VARBINARY if output else returned(node, place)
    return Call(
        tuple(encodings), nulls == "NULL", node.args.get("unique") == "WITH", output, result
    )


def _values(node: exp.Anonymous, place: Place) -> tuple[list[Typed], list[str | None]]:
    values, encodings = [], []
    for one in node.expressions:
        value, encoding = formatted(one, place)
        inner = one.expressions[0]
        if isinstance(inner, exp.Anonymous) and str(inner.this).lower() in _MAKERS:
            encoding = encoding or "UTF8"
        if value.kind == VARBINARY and encoding is None:
            place.translation.refuse("varbinary that is not FORMAT JSON", one)
        values.append(value)
        encodings.append(encoding)
    return values, encodings


@special("json_array")
def json_array(node: exp.Anonymous, place: Place) -> Typed:
    """The values as one JSON array."""
    values, encodings = _values(node, place)
    call = _call(node, encodings, place)
    return place.call(_array(call), values, call.result, sees_nulls=True)


@special("json_object")
def json_object(node: exp.Anonymous, place: Place) -> Typed:
    """Keys and values as one JSON object."""
    values, encodings = _values(node, place)
    keys = [place.typed_as(one, VARCHAR, "JSON object key") for one in node.args.get("keys") or []]
    call = _call(node, encodings, place)
    return place.call(_object(call), [*keys, *values], call.result, sees_nulls=True)
