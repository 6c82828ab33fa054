"""Trino's grammar by sqlglot, with nothing reinterpreted.

sqlglot knows many dialects' functions and rewrites them while parsing. Here a function call stays
a name and its arguments, so that only this package says what a Trino function means.
"""

from __future__ import annotations

from typing import Any

from sqlglot import exp
from sqlglot.dialects.trino import Trino
from sqlglot.errors import ParseError, TokenError
from sqlglot.parsers.trino import TrinoParser

from millrace_localcloud.athena.errors import Position, QueryFailed

_SPECIAL_FORMS = ("CAST", "TRY_CAST", "EXTRACT", "TRIM", "POSITION", "SUBSTRING")


class _Parser(TrinoParser):
    FUNCTIONS: dict[str, Any] = {}  # noqa: RUF012
    FUNCTION_PARSERS = {  # noqa: RUF012
        name: parse
        for name, parse in TrinoParser.FUNCTION_PARSERS.items()
        if name in _SPECIAL_FORMS
    }


class PlainTrino(Trino):
    """Trino without sqlglot's knowledge of functions; array indexes stay 1-based."""

    INDEX_OFFSET = 0
    Parser = _Parser


def parse(sql: str, offset: int = 0) -> exp.Expression:
    """The one statement in ``sql``.

    Args:
        sql: The statement.
        offset: Characters of the text as sent that were cut before it; positions count them.

    Raises:
        QueryFailed: SYNTAX_ERROR at its line and column.
    """
    # Blanks in the place of what was cut keep every position true.
    text = " " * offset + sql
    try:
        trees = PlainTrino().parse(text)
    except ParseError as error:
        first = error.errors[0]
        at = Position(first["line"], first["col"] - len(first["highlight"] or "") + 1)
        raise _syntax_error(f"mismatched input '{first['highlight'] or '<EOF>'}'", at) from None
    except TokenError:
        raise _syntax_error("the statement ends inside a quoted text", Position(1, 1)) from None
    statements = [tree for tree in trees if tree is not None]
    if len(statements) != 1 or isinstance(statements[0], exp.Block):
        raise QueryFailed("INVALID_INPUT", "Only one sql statement is allowed.")
    return statements[0]


def _syntax_error(text: str, at: Position) -> QueryFailed:
    return QueryFailed("SYNTAX_ERROR", text, at)


def position(node: exp.Expression, sql: str) -> Position:
    """Where ``node`` begins: the first of its tokens whose place sqlglot kept."""
    starts = [part.meta["start"] for part in node.walk() if part._meta and "start" in part.meta]
    start = min(starts, default=0)
    before = sql[:start]
    return Position(before.count("\n") + 1, start - before.rfind("\n"))
