"""Trino's grammar by sqlglot, with nothing reinterpreted.

sqlglot knows many dialects' functions and rewrites them while parsing. Here a function call stays
a name and its arguments, so that only this package says what a Trino function means.
"""

from __future__ import annotations

import re
from typing import Any

from sqlglot import exp
from sqlglot.dialects.trino import Trino
from sqlglot.errors import ParseError, TokenError
from sqlglot.parsers.trino import TrinoParser
from sqlglot.tokens import TokenType

from millrace_localcloud.athena.errors import Position, QueryFailed, not_supported
from millrace_localcloud.athena.foreign_syntax import refuse_foreign
from millrace_localcloud.athena.number_literals import plain_numbers
from millrace_localcloud.athena.sql_json.syntax import PARSERS as SQL_JSON_PARSERS

_SPECIAL_FORMS = ("CAST", "TRY_CAST", "EXTRACT", "TRIM", "POSITION", "SUBSTRING", "OVERLAY")


def _listagg(parser: Any) -> exp.Anonymous:
    """``LISTAGG(x, ',' ON OVERFLOW …)``; what it does on overflow is kept."""
    call = exp.Anonymous(this="listagg", expressions=parser._parse_function_args())
    if parser._match_text_seq("ON", "OVERFLOW"):
        if parser._match_text_seq("TRUNCATE"):
            call.set("overflow", "TRUNCATE")
            parser._parse_string()
            if not (parser._match_text_seq("WITH") or parser._match_text_seq("WITHOUT")):
                parser.raise_error("Expected WITH or WITHOUT")
            parser._match_text_seq("COUNT")
        elif not parser._match_text_seq("ERROR"):
            parser.raise_error("Expected ERROR or TRUNCATE")
    return call


class _Parser(TrinoParser):
    FUNCTIONS: dict[str, Any] = {}  # noqa: RUF012
    FUNCTION_PARSERS = {
        name: parse
        for name, parse in TrinoParser.FUNCTION_PARSERS.items()
        if name in _SPECIAL_FORMS
    } | {"LISTAGG": _listagg, **SQL_JSON_PARSERS}

    def _parse_join(self, *args: Any, **how: Any) -> exp.Join | None:
        """A join; unlike a comma, the word asks for a condition or for CROSS."""
        is_comma = self._curr is not None and self._curr.token_type == TokenType.COMMA
        join: exp.Join | None = super()._parse_join(*args, **how)
        is_free = is_comma or join is None or join.kind == "CROSS"
        if join and not is_free and not any(map(join.args.get, ("on", "using", "method"))):
            self.raise_error("Expected ON or USING")
        return join

    TYPE_LITERAL_PARSERS = {  # noqa: RUF012
        **TrinoParser.TYPE_LITERAL_PARSERS,
        # Unlike CAST(x AS DECIMAL), the literal DECIMAL 'x' has the precision that x has.
        exp.DType.DECIMAL: lambda _parser, this, to: exp.Cast(this=this, to=to, literal=True),
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
    text = plain_numbers(" " * offset + sql)
    dialect = PlainTrino()
    try:
        tokens = dialect.tokenize(text)
        trees = dialect.parser().parse(tokens, text)
    except ParseError as error:
        _refuse_known(text)
        first = error.errors[0]
        at = Position(first["line"], first["col"] - len(first["highlight"] or "") + 1)
        raise _syntax_error(f"mismatched input '{first['highlight'] or '<EOF>'}'", at) from None
    except TokenError:
        raise _syntax_error("the statement ends inside a quoted text", Position(1, 1)) from None
    refuse_foreign(tokens, text)
    statements = [tree for tree in trees if tree is not None]
    if len(statements) != 1 or isinstance(statements[0], exp.Block):
        raise QueryFailed("INVALID_INPUT", "Only one sql statement is allowed.")
    return statements[0]


_NOT_DONE = (
    (
        r"\bWHEN\s+(?:[<>=!]|NOT\s+(?:BETWEEN|IN|LIKE)\b|(?:BETWEEN|IN|LIKE|IS)\b)",
        "WHEN with a predicate",
    ),
    (r"\bJSON_TABLE\s*\(", "JSON_TABLE"),
    (r"\bMATCH_RECOGNIZE\s*\(", "MATCH_RECOGNIZE"),
    (r"\bJOIN\s+NEAREST\s*\(", "NEAREST"),
)
"""What Trino's grammar has and sqlglot's has not."""


def _refuse_known(text: str) -> None:
    for pattern, what in _NOT_DONE:
        found = re.search(pattern, text, re.IGNORECASE)
        if found:
            before = text[: found.start()]
            at = Position(before.count("\n") + 1, found.start() - before.rfind("\n"))
            raise not_supported(what, at)


def _syntax_error(text: str, at: Position) -> QueryFailed:
    return QueryFailed("SYNTAX_ERROR", text, at)


def position(node: exp.Expression, sql: str) -> Position:
    """Where ``node`` begins: the first of its tokens whose place sqlglot kept."""
    starts = [part.meta["start"] for part in node.walk() if part._meta and "start" in part.meta]
    start = min(starts, default=0)
    before = sql[:start]
    return Position(before.count("\n") + 1, start - before.rfind("\n"))
