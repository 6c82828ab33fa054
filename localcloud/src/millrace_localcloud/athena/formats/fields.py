"""The value of one field of a text file, by the rules of its SerDe.

LazySimpleSerDe makes NULL of what it cannot read (Hive's ``LazyPrimitive``); OpenCSVSerde ends the
query and counts dates in days and timestamps in milliseconds (Athena user guide, "Open CSV SerDe
for processing CSV"); a JSON SerDe ends the query.
"""

from __future__ import annotations

import json
from typing import Any

from millrace_localcloud.athena.errors import QueryFailed, not_supported
from millrace_localcloud.athena.translation import checked
from millrace_localcloud.athena.types import Type, storage

_WHOLE = ("tinyint", "smallint", "integer", "bigint")
_NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?(NaN|Infinity)"
_DAY = "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
_FORMS = {
    **dict.fromkeys(_WHOLE, "[+-]?[0-9]+"),
    "real": _NUMBER,
    "double": _NUMBER,
    "decimal": _NUMBER,
    "boolean": "(?i)true|false",
    "date": _DAY,
    "timestamp": rf"{_DAY} [0-9]{{1,2}}:[0-9]{{2}}:[0-9]{{2}}(\.[0-9]{{1,9}})?",
}


def typed_field(field: str, kind: Type, format_name: str) -> str:
    """DuckDB SQL that turns the text in ``field`` into a ``kind``."""
    if kind.base == "varchar":
        return f"substr({field}, 1, {kind.args[0]})" if kind.args else field
    if format_name == "json" and kind.base in ("array", "map", "row"):
        return f"CAST(CAST({field} AS JSON) AS {storage(kind)})"
    if kind.base not in _FORMS:
        raise not_supported(f"a column of type {kind} in a {format_name} file")
    made = f"CAST({field} AS {storage(kind)})"
    form = f"regexp_full_match({field}, '{_FORMS[kind.base]}')"
    if format_name == "delimited":
        if kind.base in _WHOLE:
            # Hive reads the digits before a decimal point.
            digits = f"regexp_extract({field}, '^([+-]?[0-9]+)(\\.[0-9]*)?$', 1)"
            return f"TRY_CAST({digits} AS {storage(kind)})"
        return f"CASE WHEN {form} THEN TRY_CAST({field} AS {storage(kind)}) END"
    if format_name == "opencsv" and kind.base in ("date", "timestamp"):
        form = f"regexp_full_match({field}, '-?[0-9]+')"
        number = f"CAST({field} AS BIGINT)"
        made = {
            "date": f"(DATE '1970-01-01' + CAST({field} AS INTEGER))",
            "timestamp": f"make_timestamp({number} * 1000)",
        }[kind.base]
    text = f"Error parsing field value '{{{field}}}' for field of type {kind}"
    return checked(made, f"NOT {form}", "HIVE_BAD_DATA", text)


def json_text(value: Any, kind: Type) -> str | None:
    """A JSON value as the text of its column: text as it is, the rest as JSON.

    Raises:
        QueryFailed: HIVE_BAD_DATA, an object where an array is declared or the like.
    """
    if value is None or (isinstance(value, str) and kind.base not in _NESTED):
        return value
    if isinstance(value, float) and kind.base in _WHOLE and value.is_integer():
        return str(int(value))
    shaped = _shaped(value, kind)
    return shaped if isinstance(shaped, str) else _dumped(shaped)


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


_NESTED = ("array", "map", "row")


def _shaped(value: Any, kind: Type) -> Any:
    """The declared part of a value, its rows with exactly their fields."""
    if value is None or kind.base not in _NESTED:
        is_nested = isinstance(value, dict | list) and kind.base == "varchar"
        return _dumped(value) if is_nested else value
    return _shaped_members(value, kind)


def _shaped_members(value: Any, kind: Type) -> Any:
    if kind.base == "array" and isinstance(value, list):
        return [_shaped(one, kind.element) for one in value]
    if kind.base == "array" or not isinstance(value, dict):
        text = f"Error parsing a JSON value as a field of type {kind}"
        raise QueryFailed("HIVE_BAD_DATA", text)
    if kind.base == "map":
        return {key: _shaped(held, kind.args[1]) for key, held in value.items()}
    folded = {name.lower(): held for name, held in value.items()}
    return {name: _shaped(folded.get(str(name).lower()), part) for name, part in kind.args}
