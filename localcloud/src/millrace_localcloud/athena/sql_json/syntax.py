"""Clauses inside the brackets of ``json_exists``, ``json_query``, ``json_value`` and their kin.

A call becomes an ``exp.Anonymous`` as any other function's; its clauses stand in ``args``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import exp
from sqlglot.tokens import TokenType

Parse = Callable[[Any], exp.Anonymous]


def _words(parser: Any, *words: str) -> bool:
    return bool(parser._match_text_seq(*words))


def _format(parser: Any) -> str | None:
    """The encoding of ``FORMAT JSON [ENCODING x]``; None without the clause."""
    if not _words(parser, "FORMAT", "JSON"):
        return None
    if not _words(parser, "ENCODING"):
        return "UTF8"
    for encoding in ("UTF8", "UTF16", "UTF32"):
        if _words(parser, encoding):
            return encoding
    parser.raise_error("Expected an encoding")
    return None


def _formatted(parser: Any) -> exp.Anonymous:
    """A value and its FORMAT clause, under the name ``formatted``."""
    value = parser._parse_disjunction()
    if value is None:
        parser.raise_error("Expected an expression")
    return exp.Anonymous(this="formatted", expressions=[value], encoding=_format(parser))


def _passing(parser: Any) -> list[exp.Anonymous]:
    if not _words(parser, "PASSING"):
        return []
    found = []
    while True:
        value = _formatted(parser)
        if not parser._match(TokenType.ALIAS):
            parser.raise_error("Expected AS")
        name = parser._parse_id_var()
        # An identifier without quotes is upper case.
        value.set("name", name.name if name.args.get("quoted") else name.name.upper())
        found.append(value)
        if not parser._match(TokenType.COMMA):
            return found


def _returning(parser: Any) -> dict[str, Any]:
    if not _words(parser, "RETURNING"):
        return {}
    return {"returning": parser._parse_types(), "output": _format(parser)}


def _behaviours(parser: Any, *allowed: str) -> dict[str, Any]:
    """``x ON EMPTY`` and ``x ON ERROR``, each once at most."""
    found: dict[str, Any] = {}
    while True:
        default = None
        word = next((one for one in allowed if _words(parser, *one.split())), None)
        if word is None and _words(parser, "DEFAULT"):
            word, default = "DEFAULT", parser._parse_disjunction()
        if word is None:
            return found
        if not _words(parser, "ON"):
            parser.raise_error("Expected ON")
        when = "empty" if _words(parser, "EMPTY") else "error"
        if (when == "error" and not _words(parser, "ERROR")) or f"on_{when}" in found:
            parser.raise_error("Expected EMPTY or ERROR")
        found[f"on_{when}"] = word
        if default is not None:
            found[f"default_{when}"] = default


def _wrapper(parser: Any) -> str:
    if _words(parser, "WITHOUT"):
        word = "WITHOUT"
    elif _words(parser, "WITH"):
        word = "CONDITIONAL" if _words(parser, "CONDITIONAL") else "UNCONDITIONAL"
        _words(parser, "UNCONDITIONAL")
    else:
        return ""
    _words(parser, "ARRAY")
    if not _words(parser, "WRAPPER"):
        parser.raise_error("Expected WRAPPER")
    return word


def _quotes(parser: Any) -> str:
    word = next((one for one in ("KEEP", "OMIT") if _words(parser, one)), "")
    if word and not _words(parser, "QUOTES"):
        parser.raise_error("Expected QUOTES")
    if word:
        _words(parser, "ON", "SCALAR", "STRING")
    return word


def _querying(name: str, *outcomes: str) -> Parse:
    def parse(parser: Any) -> exp.Anonymous:
        value = _formatted(parser)
        if not parser._match(TokenType.COMMA):
            parser.raise_error("Expected a JSON path")
        path = parser._parse_disjunction()
        clauses: dict[str, Any] = {"passing": _passing(parser)}
        if name != "json_exists":
            clauses |= _returning(parser)
        if name == "json_query":
            clauses |= {"wrapper": _wrapper(parser), "quotes": _quotes(parser)}
        clauses |= _behaviours(parser, *outcomes)
        return _closed(parser, exp.Anonymous(this=name, expressions=[value, path], **clauses))

    return parse


def _closed(parser: Any, call: exp.Anonymous) -> exp.Anonymous:
    if not parser._match(TokenType.R_PAREN, advance=False):
        parser.raise_error("Expected )")
    return call


def _nulls(parser: Any) -> dict[str, str]:
    for word in ("NULL", "ABSENT"):
        if _words(parser, word, "ON", "NULL"):
            return {"nulls": word}
    return {}


def _array(parser: Any) -> exp.Anonymous:
    items: list[exp.Anonymous] = []
    if not parser._match(TokenType.R_PAREN, advance=False):
        while not items or parser._match(TokenType.COMMA):
            if _words(parser, "RETURNING"):
                parser._retreat(parser._index - 1)
                break
            items.append(_formatted(parser))
    clauses = _nulls(parser) | _returning(parser)
    return _closed(parser, exp.Anonymous(this="json_array", expressions=items, **clauses))


def _object(parser: Any) -> exp.Anonymous:
    keys: list[exp.Expression] = []
    values: list[exp.Anonymous] = []
    if not parser._match(TokenType.R_PAREN, advance=False):
        while not keys or parser._match(TokenType.COMMA):
            if not keys and _words(parser, "RETURNING"):
                parser._retreat(parser._index - 1)
                break
            _words(parser, "KEY")
            keys.append(parser._parse_disjunction())
            if not parser._match(TokenType.COLON) and not _words(parser, "VALUE"):
                parser.raise_error("Expected VALUE")
            values.append(_formatted(parser))
    clauses: dict[str, Any] = dict(_nulls(parser))
    for word in ("WITH", "WITHOUT"):
        if _words(parser, word, "UNIQUE"):
            _words(parser, "KEYS")
            clauses["unique"] = word
    clauses |= _returning(parser)
    call = exp.Anonymous(this="json_object", expressions=values, keys=keys, **clauses)
    return _closed(parser, call)


_EMPTY = ("EMPTY ARRAY", "EMPTY OBJECT")
PARSERS: dict[str, Parse] = {
    "JSON_EXISTS": _querying("json_exists", "TRUE", "FALSE", "UNKNOWN", "ERROR"),
    "JSON_QUERY": _querying("json_query", "ERROR", "NULL", *_EMPTY),
    "JSON_VALUE": _querying("json_value", "ERROR", "NULL"),
    "JSON_ARRAY": _array,
    "JSON_OBJECT": _object,
}
