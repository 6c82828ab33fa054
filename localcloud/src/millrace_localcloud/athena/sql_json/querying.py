"""``json_exists``, ``json_query`` and ``json_value``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlglot import exp

from millrace_localcloud.athena.functions.failures import FunctionFailed
from millrace_localcloud.athena.functions.special_forms import special
from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.sql_json.converting import converted
from millrace_localcloud.athena.sql_json.evaluation import Evaluation
from millrace_localcloud.athena.sql_json.items import ENCODINGS, JsonFault, read, refused, write
from millrace_localcloud.athena.sql_json.paths import InvalidPath, parsed
from millrace_localcloud.athena.translation import Place, coerce
from millrace_localcloud.athena.types import (
    BIGINT,
    BOOLEAN,
    INTEGERS,
    VARBINARY,
    VARCHAR,
    Type,
    decimal,
)
from millrace_localcloud.athena.written_types import written_type


@dataclass(frozen=True)
class Call:
    """A call's constant parts; what differs from row to row are the function's arguments."""

    name: str
    path: str
    encoding: str
    variables: tuple[tuple[str, str | None], ...]
    """Names of PASSING, each with the encoding of its FORMAT."""
    on_empty: str
    on_error: str
    wrapper: str
    quotes: str
    output: str
    """The encoding of a result that is varbinary, or empty."""
    result: Type

    def found(self, text: Any, passed: Sequence[Any]) -> list[Any]:
        """The path's sequence."""
        is_strict, path = parsed(self.path)
        context = read(text, self.encoding)
        pairs = zip(self.variables, passed, strict=True)
        variables = {
            name: read(value, encoding) if encoding and value is not None else value
            for (name, encoding), value in pairs
        }
        return Evaluation(is_strict, context, variables).items(path)


def _exists(call: Call, text: Any, passed: Sequence[Any]) -> bool | None:
    try:
        return bool(call.found(text, passed))
    except JsonFault as fault:
        if call.on_error == "ERROR":
            raise FunctionFailed(fault.code, str(fault)) from fault
        return {"TRUE": True, "UNKNOWN": None}.get(call.on_error, False)


def _query(call: Call, text: Any, passed: Sequence[Any]) -> Any:
    try:
        items = call.found(text, passed)
        if not items:
            return _encoded(_instead(call.on_empty, "JSON path found no items"), call)
        if call.wrapper == "UNCONDITIONAL" or (
            call.wrapper == "CONDITIONAL"
            and not (len(items) == 1 and isinstance(items[0], dict | list))
        ):
            items = [items]
        if len(items) > 1:
            raise JsonFault("JSON_OUTPUT_CONVERSION_ERROR", "JSON path found multiple items")
        if call.quotes == "OMIT" and isinstance(items[0], str):
            return _encoded(items[0], call)
        return _encoded(write(items[0]), call)
    except JsonFault as fault:
        if call.on_error == "ERROR":
            raise FunctionFailed(fault.code, str(fault)) from fault
        return _encoded(_instead(call.on_error, str(fault)), call)


def _instead(word: str, text: str) -> str | None:
    if word == "ERROR":
        raise JsonFault("JSON_VALUE_RESULT_ERROR", text)
    return {"EMPTY ARRAY": "[]", "EMPTY OBJECT": "{}"}.get(word)


def _encoded(text: str | None, call: Call) -> Any:
    if text is None:
        return None
    if call.output:
        return text.encode(ENCODINGS[call.output])
    if call.result.args and len(text) > call.result.args[0]:
        raise refused("a JSON text that is longer than the returned type")
    return text


def _value(call: Call, text: Any, empty: Any, error: Any, passed: Sequence[Any]) -> Any:
    try:
        items = call.found(text, passed)
        if not items:
            if call.on_empty == "ERROR":
                raise JsonFault("JSON_VALUE_RESULT_ERROR", "JSON path found no items")
            return empty
        if len(items) > 1 or isinstance(items[0], dict | list):
            raise JsonFault("JSON_VALUE_RESULT_ERROR", "JSON path found no single scalar")
        return converted(items[0], call.result)
    except JsonFault as fault:
        if call.on_error == "ERROR":
            raise FunctionFailed(fault.code, str(fault)) from fault
        return error


@lru_cache(maxsize=256)
def _function(call: Call) -> Callable[..., Any]:
    def json_call(text: Any, *others: Any) -> Any:
        if text is None:
            return None
        if call.name == "json_exists":
            return _exists(call, text, others)
        if call.name == "json_query":
            return _query(call, text, others)
        return _value(call, text, others[0], others[1], others[2:])

    return json_call


def _meaning(node: exp.Anonymous, place: Place) -> Typed:
    name = str(node.this).lower()
    source, encoding = formatted(node.expressions[0], place)
    passed = [formatted(one, place) for one in node.args["passing"]]
    call = Call(
        name=name,
        path=_path(node, place),
        encoding=encoding or "UTF8",
        variables=tuple(
            (one.args["name"], found[1])
            for one, found in zip(node.args["passing"], passed, strict=True)
        ),
        on_empty=node.args.get("on_empty") or "NULL",
        on_error=node.args.get("on_error") or ("FALSE" if name == "json_exists" else "NULL"),
        wrapper=node.args.get("wrapper") or "WITHOUT",
        quotes=node.args.get("quotes") or "KEEP",
        output=output_encoding(node),
        result=BOOLEAN if name == "json_exists" else returned(node, place),
    )
    if call.quotes == "OMIT" and call.wrapper != "WITHOUT":
        place.translation.fail("SYNTAX_ERROR", "OMIT QUOTES and a wrapper exclude each other", node)
    defaults = _defaults(node, call, place) if name == "json_value" else []
    _check_names(call, node, place)
    arguments = [source, *defaults, *(found[0] for found in passed)]
    return place.call(_function(call), arguments, call.result, sees_nulls=True)


def _path(node: exp.Anonymous, place: Place) -> str:
    path = node.expressions[1]
    text = place.typed(path).literal if path is not None else None
    if not isinstance(text, str):
        place.translation.refuse("a JSON path that is no literal", node)
    try:
        parsed(text)
    except InvalidPath as error:
        place.translation.fail("INVALID_PATH", f"'{text}': {error}", node)
    except FunctionFailed:
        place.translation.refuse(f"the JSON path {text}", node)
    return text


def _check_names(call: Call, node: exp.Anonymous, place: Place) -> None:
    known = {name for name, _ in call.variables}
    for name in _variables(parsed(call.path)[1]):
        if name not in known:
            place.translation.fail("INVALID_PATH", f"no value passed for parameter {name}", node)


def _variables(path: Any) -> list[str]:
    if not isinstance(path, tuple) or not path:
        return []
    if path[0] == "variable":
        return [path[1]]
    return [name for part in path for name in _variables(part)]


def formatted(node: exp.Anonymous, place: Place) -> tuple[Typed, str | None]:
    """A value that a function on JSON is given, and its encoding when it is JSON text."""
    encoding = node.args.get("encoding")
    value = place.typed(node.expressions[0])
    if encoding is not None and value.kind.base not in ("varchar", "varbinary"):
        text = f"Cannot read {value.kind} as JSON"
        place.translation.fail("TYPE_MISMATCH", text, node.expressions[0])
    if value.kind.base in ("varchar", "varbinary", "boolean", "unknown", *INTEGERS):
        return value, encoding
    parent = str(getattr(node.parent, "this", "")).lower()
    if parent in ("json_array", "json_object") and value.kind.base in ("decimal", "double", "date"):
        return value, encoding
    place.translation.refuse(f"a value of type {value.kind} in {parent}", node)


def returned(node: exp.Anonymous, place: Place) -> Type:
    """The type of RETURNING, varchar without the clause."""
    written = node.args.get("returning")
    if written is None:
        return VARCHAR
    kind = written_type(written, place)
    allowed = [VARCHAR.base]
    if str(node.this) == "json_value":
        allowed += [*INTEGERS, "boolean", "double", "decimal"]
    else:
        allowed.append(VARBINARY.base)
    if kind.base not in allowed:
        place.translation.refuse(f"{node.this} returning {kind}", node)
    return kind


def output_encoding(node: exp.Anonymous) -> str:
    """How a result that is varbinary is encoded; empty for text."""
    written = node.args.get("returning")
    is_binary = written is not None and written.this == exp.DataType.Type.VARBINARY
    return str(node.args.get("output") or "UTF8") if is_binary else ""


def _defaults(node: exp.Anonymous, call: Call, place: Place) -> list[Typed]:
    found = []
    for when in ("empty", "error"):
        written = node.args.get(f"default_{when}")
        if written is None:
            found.append(Typed("NULL", call.result))
            continue
        inner = written.this if isinstance(written, exp.Neg) else written
        if not isinstance(inner, exp.Literal | exp.Null | exp.Boolean):
            place.translation.refuse("DEFAULT with anything but a literal", node)
        value = place.typed(written)
        if value.kind.base in INTEGERS and call.result.base == "decimal":
            value = coerce(value, decimal(19, 0)) if value.kind == BIGINT else value
        found.append(place.typed_as(written, call.result, "DEFAULT"))
    return found


for _name in ("json_exists", "json_query", "json_value"):
    special(_name)(_meaning)
