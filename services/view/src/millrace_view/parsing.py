"""What a view's SQL reads, found by parsing it as Athena's dialect. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlglot
from sqlglot import TokenType, exp
from sqlglot.errors import ParseError, SqlglotError
from sqlglot.optimizer.scope import traverse_scope

from millrace_view.errors import ViewMalformed

DATABASE = "refined"
"""Where views are, beside the tables that they read; also what a bare name is in."""

_DIALECT = "athena"
_CATALOG = "awsdatacatalog"


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """A table or view that is read, in lower case as the catalog keeps names."""

    database: str
    name: str

    def __str__(self) -> str:
        return f"{self.database}.{self.name}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a text; both count from 1."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}"


@dataclass(frozen=True, slots=True)
class Select:
    """The only statement of a text."""

    text: str
    """The text up to the end of the statement, without a final semicolon."""
    reads: dict[Source, Place]
    """Every table or view that it reads, and where it is named first."""


def parse_select(file: str, sql: str) -> Select:
    """Read a text that must hold one SELECT.

    Raises:
        ViewMalformed: It holds anything else; names the file and, where known, line and column.
    """
    text = _only_statement(file, sql)
    try:
        (tree,) = sqlglot.parse(text, read=_DIALECT)
    except ParseError as exc:
        raise ViewMalformed(f"{file}{_first_fault(exc)}") from exc
    except SqlglotError as exc:
        raise ViewMalformed(f"{file}: {exc}") from exc
    query = tree.unnest() if isinstance(tree, exp.Subquery) else tree
    if not isinstance(query, exp.Query):
        raise ViewMalformed(f"{file}: is no SELECT")
    reads: dict[Source, Place] = {}
    for table in _tables(query):
        if table.catalog.lower() in ("", _CATALOG):
            place = _place(text, table.this.meta.get("start", 0))
            source = Source((table.db or DATABASE).lower(), table.name.lower())
            reads[source] = min(
                reads.get(source, place), place, key=lambda at: (at.line, at.column)
            )
    return Select(text, reads)


def _only_statement(file: str, sql: str) -> str:
    try:
        tokens = sqlglot.tokenize(sql, read="trino")
    except SqlglotError as exc:
        raise ViewMalformed(f"{file}: {exc}") from exc
    while tokens and tokens[-1].token_type is TokenType.SEMICOLON:
        tokens.pop()
    if not tokens:
        raise ViewMalformed(f"{file}: holds no statement")
    for token in tokens:
        if token.token_type is TokenType.SEMICOLON:
            place = _place(sql, token.start)
            raise ViewMalformed(f"{file}, line {place.line}: holds more than one statement")
    first = next((t for t in tokens if t.token_type is not TokenType.L_PAREN), tokens[0])
    if first.token_type not in (TokenType.SELECT, TokenType.WITH):
        begins = repr(first.text.lower())
        raise ViewMalformed(f"{file}: begins with {begins}, not with SELECT or WITH")
    return sql[: tokens[-1].end + 1]


def _tables(query: exp.Query) -> Iterator[exp.Table]:
    """What is read, without the query's own WITH names, whatever they hide."""
    for scope in traverse_scope(query):
        for source in scope.sources.values():
            if isinstance(source, exp.Table) and isinstance(source.this, exp.Identifier):
                yield source


def _first_fault(exc: ParseError) -> str:
    first = exc.errors[0]
    found = str(first.get("highlight") or "")
    # sqlglot counts the column of a token's last character.
    column = max(int(first.get("col") or 1) - len(found) + 1, 1)
    described = str(first.get("description") or "").rstrip(".")
    return f", line {first.get('line')}, column {column}: {described} at {found!r}"


def _place(text: str, offset: int) -> Place:
    return Place(text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))
