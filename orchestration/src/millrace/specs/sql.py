"""What a dataset's SQL files say, found by parsing: nothing is executed."""

from __future__ import annotations

import re
from collections.abc import Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import OptimizeError, ParseError, SqlglotError
from sqlglot.optimizer.qualify import qualify

from millrace.errors import Problem
from millrace.specs.files import SpecFile

_ONE_SELECT = "one SELECT statement"

Columns = tuple[str, ...]
"""Names in the order of the table."""


def parse_select(sql: SpecFile, dialect: str, problems: list[Problem]) -> exp.Query | None:
    """The file's query; None, and a problem, when it is none."""
    try:
        statements = [tree for tree in sqlglot.parse(sql.text, read=dialect) if tree is not None]
    except ParseError as exc:
        first = exc.errors[0]
        place = f"line {first['line']}, column {first['col']}"
        found = f"{first['highlight']!r} ({first['description'].rstrip('.')})"
        problems.append(Problem(sql.file, place, found, _ONE_SELECT))
        return None
    except SqlglotError as exc:
        problems.append(Problem(sql.file, "", str(exc), _ONE_SELECT))
        return None
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        found = ", ".join(tree.key.upper() for tree in statements) or "nothing"
        problems.append(Problem(sql.file, "line 1", found, _ONE_SELECT))
        return None
    return statements[0]


def tables_read(select: exp.Query) -> list[exp.Table]:
    """Tables that are read, without the query's own CTEs."""
    named = {cte.alias for cte in select.find_all(exp.CTE)}
    return [table for table in select.find_all(exp.Table) if table.db or table.name not in named]


def written(table: exp.Table) -> str:
    """The table's name as the query has it."""
    return f"{table.db}.{table.name}" if table.db else table.name


def at_table(sql: SpecFile, table: exp.Table, found: str, allowed: str) -> Problem:
    """A problem at the table's name."""
    place = _place(table.this) if "line" in table.this.meta else ""
    return Problem(sql.file, place, found, allowed)


def _place(identifier: exp.Expression) -> str:
    meta = identifier.meta
    # sqlglot counts the column of a token's last character.
    column = meta["col"] - (meta["end"] - meta["start"])
    return f"line {meta['line']}, column {column}"


def qualify_columns(
    sql: SpecFile,
    select: exp.Query,
    tables: Mapping[str, Columns],
    dialect: str,
    problems: list[Problem],
    database: str = "",
) -> exp.Query | None:
    """The query with every column resolved; a column that no table has becomes a problem.

    Args:
        sql: The file.
        select: Its query.
        tables: Columns of every table that it reads.
        dialect: Of sqlglot's.
        problems: Gets what is wrong.
        database: Where the tables are, when the query says so.
    """
    schema = _schema(tables, database)
    try:
        qualified = qualify(select.copy(), schema=schema, dialect=dialect)
    except OptimizeError as exc:
        found = re.sub(r"\. Line: .*", "", str(exc), flags=re.DOTALL)
        place = _place_of_column(found, select)
        problems.append(Problem(sql.file, place, found, f"columns {_told(tables)}"))
        return None
    assert isinstance(qualified, exp.Query)
    return qualified


_UNRESOLVED = re.compile(r"Column '\"?(.+?)\"?' could not be resolved|Unknown column: (\S+)")


def _place_of_column(said: str, select: exp.Query) -> str:
    """Where the column stands that sqlglot complains of; empty when it is not found."""
    told = _UNRESOLVED.search(said)
    name = (told[1] or told[2]).rpartition(".")[2].lower() if told else ""
    for column in select.find_all(exp.Column):
        if column.name.lower() == name and "line" in column.this.meta:
            return _place(column.this)
    return ""


def outer_columns(select: exp.Query, tables: Mapping[str, Columns], dialect: str) -> Columns | None:
    """Columns of the result, where some tables' columns are not known; None when it depends."""
    try:
        qualified = qualify(
            select.copy(),
            schema=_schema(tables, ""),
            dialect=dialect,
            allow_partial_qualification=True,
            validate_qualify_columns=False,
        )
    except OptimizeError:
        return None
    assert isinstance(qualified, exp.Query)
    return result_columns(qualified)


def result_columns(select: exp.Query) -> Columns | None:
    """Columns of a qualified query; None when a star could not be resolved."""
    names = tuple(select.named_selects)
    return None if "*" in names else names


def _schema(tables: Mapping[str, Columns], database: str) -> dict[str, object]:
    """A schema that resolves names; types are the engine's to check."""
    untyped: dict[str, object] = {
        name: dict.fromkeys(columns, "string") for name, columns in tables.items()
    }
    return {database: untyped} if database else untyped


def _told(tables: Mapping[str, Columns]) -> str:
    if len(tables) == 1:
        return ", ".join(*tables.values())
    return "; ".join(f"of {name}: {', '.join(columns)}" for name, columns in tables.items())
