"""CAST and TRY_CAST (Trino documentation, "Conversion functions")."""

from __future__ import annotations

from sqlglot import exp

from millrace_localcloud.athena.java.numbers import double_text, real_text
from millrace_localcloud.athena.nested_casts import convert_nested
from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.translation import Place, checked, handles
from millrace_localcloud.athena.types import (
    DAY_INTERVAL,
    DOUBLE,
    JSON,
    MONTH_INTERVAL,
    NANO,
    NANO_ZONED,
    NUMBERS,
    UNKNOWN,
    VARCHAR,
    ZONED,
    Type,
    decimal,
    storage,
    zoned,
)
from millrace_localcloud.athena.written_types import written_type

_INTEGER_TEXT = "[+-]?[0-9]+"
_DECIMAL_TEXT = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
_DOUBLE_TEXT = rf"\s*({_DECIMAL_TEXT}|[+-]?(NaN|Infinity))\s*"
_DATE_TEXT = r"\s*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}\s*"
_TIMESTAMP_TEXT = (
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}( [0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]{1,6})?)?)?"
)
_TIME_TEXT = r"[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]{1,6})?)?"


@handles(exp.Cast)
def cast(node: exp.Cast, place: Place) -> Typed:
    """CAST; also a typed literal as ``DATE '2020-01-01'``."""
    place.translation.only(node, "this", "to", "safe", "literal")
    value, target = place.typed(node.this), written_type(node.args["to"], place)
    if node.args.get("literal") and isinstance(value.literal, str):
        whole, _, fraction = value.literal.lstrip("+-").partition(".")
        target = decimal(max(1, len(whole) + len(fraction)), len(fraction))
    if target.base == NANO and value.kind.base == "varchar":
        from millrace_localcloud.athena.nanoseconds import literal

        return literal(value, target, node, place)
    return convert(value, target, node, place)


@handles(exp.TryCast)
def try_cast(node: exp.TryCast, place: Place) -> Typed:
    """TRY_CAST: what cannot be cast is NULL."""
    value = cast(node, place)
    return Typed(f"TRY({value.sql})", value.kind)


@handles(exp.ParseJSON)
def json_literal(node: exp.ParseJSON, place: Place) -> Typed:
    """``JSON '…'``."""
    from millrace_localcloud.athena.java.json_text import json_parse

    return place.call(json_parse, [place.typed(node.this)], JSON)


def convert(value: Typed, target: Type, node: exp.Expression, place: Place) -> Typed:
    """``CAST(value AS target)``.

    Raises:
        QueryFailed: TYPE_MISMATCH, Trino has no such cast.
    """
    source = value.kind
    _refuse_nanoseconds(source, target, node, place)
    if source == UNKNOWN:
        return Typed(f"CAST(NULL AS {storage(target)})", target)
    if JSON in (source, target):
        from millrace_localcloud.athena.json_casts import from_json, to_json

        if source == target:
            return value
        made = to_json(value, place) if target == JSON else from_json(value, target, place)
        if made:
            return made
    elif source.base == target.base and source.base in ("array", "map", "row"):
        return convert_nested(
            value, target, lambda one, kind: convert(one, kind, node, place), node, place
        )
    else:
        made = _scalar(value, target, node, place)
        if made:
            return made
    place.translation.fail("TYPE_MISMATCH", f"Cannot cast {source} to {target}", node)


def _refuse_nanoseconds(source: Type, target: Type, node: exp.Expression, place: Place) -> None:
    precise = {source.base, target.base} & {NANO, NANO_ZONED}
    if precise and source != target:
        place.translation.refuse(f"a cast of {source} to {target}", node)


def _scalar(value: Typed, target: Type, node: exp.Expression, place: Place) -> Typed | None:
    source = value.kind
    if target.base == "varchar":
        return _fit(_text(value, node, place), source, target)
    if source == target:
        return value
    if source.base == "varchar":
        return _from_text(value, target, node, place)
    if target.base in (*NUMBERS, "boolean") and source.base in (*NUMBERS, "boolean"):
        return _number(value, target)
    return _moment(value, target, node, place)


def _number(value: Typed, target: Type) -> Typed:
    sql = value.sql
    if value.kind.base in ("double", "real") and target.base not in ("double", "real", "boolean"):
        # DuckDB rounds halves to even, Trino away from zero.
        made = f"CAST({sql if target.base == 'decimal' else f'round({sql})'} AS {storage(target)})"
        text = f"Cannot cast {value.kind} {{{value.sql}}} to {target}"
        return Typed(checked(made, f"isnan({sql})", "INVALID_CAST_ARGUMENT", text), target)
    return Typed(f"CAST({sql} AS {storage(target)})", target)


def _text(value: Typed, node: exp.Expression, place: Place) -> Typed | None:
    source, sql = value.kind, value.sql
    if source.base == "varchar":
        return value
    if source.base in ("double", "real"):
        return place.call(double_text if source == DOUBLE else real_text, [value], VARCHAR)
    if source.base in ("boolean", "date", *NUMBERS):
        return Typed(f"CAST({sql} AS VARCHAR)", VARCHAR)
    if source.base == "time":
        return Typed(f"left(strftime(DATE '2000-01-01' + {sql}, '%H:%M:%S.%f'), 12)", VARCHAR)
    if source.base == "timestamp":
        return Typed(timestamp_text(sql, source.args[0]), VARCHAR)
    if source.base == ZONED:
        from millrace_localcloud.athena.zones import local_time

        local = local_time(value, node, place)
        return Typed(
            f"({timestamp_text(local.sql, source.args[0])} || ' {source.args[1]}')", VARCHAR
        )
    if source in (DAY_INTERVAL, MONTH_INTERVAL):
        from millrace_localcloud.athena.java.intervals import days_text, months_text

        return place.call(days_text if source == DAY_INTERVAL else months_text, [value], VARCHAR)
    return None


def timestamp_text(sql: str, precision: int) -> str:
    """``2020-01-01 10:00:00.123`` with as many digits as the type has."""
    text = f"strftime({sql}, '%Y-%m-%d %H:%M:%S.%f')"
    return f"left({text}, {19 + (precision + 1 if precision else 0)})"


def _fit(text: Typed | None, source: Type, target: Type) -> Typed | None:
    if text is None or not target.args or source == target:
        return None if text is None else Typed(text.sql, target if text.kind == source else VARCHAR)
    size = target.args[0]
    if source.base == "varchar":
        return Typed(f"substr({text.sql}, 1, {size})", target)
    shown = f"Value {{{text.sql}}} cannot be represented as varchar({size})"
    long = f"length({text.sql}) > {size}"
    return Typed(checked(text.sql, long, "INVALID_CAST_ARGUMENT", shown), target)


def _from_text(value: Typed, target: Type, node: exp.Expression, place: Place) -> Typed | None:
    sql = value.sql
    patterns = {
        **dict.fromkeys(("tinyint", "smallint", "integer", "bigint"), _INTEGER_TEXT),
        "double": _DOUBLE_TEXT,
        "real": _DOUBLE_TEXT,
        "decimal": _DECIMAL_TEXT,
        "date": _DATE_TEXT,
        "timestamp": _TIMESTAMP_TEXT,
        "time": _TIME_TEXT,
        "boolean": "(?i)true|false|t|f|1|0",
    }
    if target.base == ZONED:
        from millrace_localcloud.athena.zoned_text import zoned_from_text

        return zoned_from_text(value, target, node, place)
    if target.base not in patterns:
        return None
    trimmed = f"trim({sql})" if target.base in ("double", "real", "date") else sql
    if target.base in ("timestamp", "time"):
        # DuckDB wants the seconds that Trino lets a text leave out.
        trimmed = f"regexp_replace({sql}, '([ ]|^)([0-9]+:[0-9]+)$', '\\1\\2:00')"
    fails = f"NOT regexp_full_match({sql}, '{patterns[target.base]}')"
    # A value of the wrong form must not reach the cast, whose message would be DuckDB's.
    made = f"CAST({trimmed} AS {storage(target)})"
    shown = f"Cannot cast '{{{sql}}}' to {_shouted(target)}"
    result = Typed(checked(made, fails, "INVALID_CAST_ARGUMENT", shown), target)
    return round_moment(result, 6) if target.base == "timestamp" else result


def _shouted(kind: Type) -> str:
    return {"integer": "INT"}.get(kind.base, str(kind).upper() if kind.base != "date" else "date")


def round_moment(value: Typed, precision: int) -> Typed:
    """A timestamp of stored ``precision`` rounded half up to its type's."""
    wanted = value.kind.args[0]
    if wanted >= precision:
        return value
    unit = 10 ** (6 - wanted)
    micros = f"(floor((epoch_us({value.sql}) + {unit // 2}) / {unit}.0e0) * {unit})"
    return Typed(f"make_timestamp(CAST({micros} AS BIGINT))", value.kind)


def _moment(value: Typed, target: Type, node: exp.Expression, place: Place) -> Typed | None:
    from millrace_localcloud.athena.zones import local_time

    source = value.kind
    if target.base == ZONED and source.base in ("date", "timestamp", ZONED):
        zone = source.args[1] if source.base == ZONED else "UTC"
        as_time = Typed(f"CAST({value.sql} AS TIMESTAMP)", zoned(target.args[0], zone))
        return round_moment(as_time, source.args[0] if source.args else 0)
    if source.base == ZONED and target.base in ("date", "timestamp", "time"):
        value = local_time(value, node, place)
        source = value.kind
    if source.base == "timestamp" and target.base in ("date", "time"):
        return Typed(f"CAST({value.sql} AS {storage(target)})", target)
    if target.base == "timestamp" and source.base in ("date", "timestamp"):
        made = Typed(f"CAST({value.sql} AS TIMESTAMP)", target)
        return round_moment(made, source.args[0] if source.args else 0)
    return None
