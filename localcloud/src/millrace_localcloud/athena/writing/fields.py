"""Values as the text formats hold them."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Any

from millrace_localcloud.athena.errors import not_supported
from millrace_localcloud.athena.java.numbers import java_double, java_float
from millrace_localcloud.athena.results import value_text
from millrace_localcloud.athena.types import Type


def field_text(value: Any, kind: Type) -> str:
    """A scalar as LazySimpleSerDe writes it, and as a partition's value."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}.{value.microsecond // 1000:03d}"
    if kind.base == "varbinary":
        return base64.b64encode(value).decode()
    if kind.base in ("array", "map", "row"):
        raise not_supported(f"a value of type {kind} in a TEXTFILE")
    shown = value_text(value, kind)
    assert shown is not None
    return shown


def json_field(value: Any, kind: Type) -> str:
    """A value as JSON."""
    if value is None:
        return "null"
    if kind.base == "array":
        return f"[{','.join(json_field(one, kind.element) for one in value)}]"
    if kind.base == "map":
        pairs = value.items() if isinstance(value, dict) else value
        members = (
            f"{_string(field_text(key, kind.args[0]))}:{json_field(held, kind.args[1])}"
            for key, held in pairs
        )
        return f"{{{','.join(members)}}}"
    if kind.base == "row":
        fields = value.values() if isinstance(value, dict) else value
        members = (
            f"{_string(name)}:{json_field(field, part)}"
            for field, (name, part) in zip(fields, kind.args, strict=True)
        )
        return f"{{{','.join(members)}}}"
    if kind.base in ("double", "real"):
        text = java_double(value) if kind.base == "double" else java_float(value)
        return _string(text) if text[-1] in "Ny" else text
    shown = field_text(value, kind)
    return shown if kind.base in _BARE else _string(shown)


_BARE = ("boolean", "tinyint", "smallint", "integer", "bigint", "decimal")


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
