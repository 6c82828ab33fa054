"""What a dataset's SQL files say, found by parsing: nothing is executed."""

from __future__ import annotations

from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import OptimizeError, ParseError, SqlglotError
from sqlglot.optimizer.qualify import qualify

from millrace.errors import Problem
from millrace_contracts import Dataset

_ONE_SELECT = "one SELECT statement"


@dataclass(frozen=True, slots=True)
class SqlFile:
    """A SQL file of a dataset."""

    file: str
    name: str
    text: str


def refined_columns(
    spec: Dataset, transform: SqlFile | None, problems: list[Problem]
) -> tuple[str, ...] | None:
    """Columns of the refined table.

    Args:
        spec: Declares the columns of ``source``.
        transform: The dataset's ``transform.sql``; without one the source's columns are refined.
        problems: Gets what is wrong with the transform.

    Returns:
        Names in the order of the table; None when the transform cannot tell.
    """
    declared = tuple(column.name for column in spec.columns)
    if transform is None:
        return declared
    select = _parse(transform, "spark", problems)
    if select is None:
        return None
    known = len(problems)
    for table in _tables(select):
        if (table.db, table.name) != ("", "source"):
            problems.append(_at(transform, table, f"table {_written(table)!r}", "source"))
    if len(problems) > known:
        return None
    qualified = _qualify(transform, select, {"source": _untyped(declared)}, "spark", problems)
    return None if qualified is None else tuple(qualified.named_selects)


def check_view(view: SqlFile, dataset: str, columns: tuple[str, ...] | None) -> list[Problem]:
    """Problems of one view: its syntax, its name, its tables and the columns it names.

    Args:
        view: The file; its name becomes the view's.
        dataset: The dataset it belongs to.
        columns: Columns of the dataset's refined table, when they are known.
    """
    problems: list[Problem] = []
    if view.name == dataset or not view.name.isidentifier() or view.name != view.name.lower():
        allowed = f"a lower-case name other than {dataset!r}"
        problems.append(Problem(view.file, "name", repr(view.name), allowed))
    select = _parse(view, "athena", problems)
    if select is None:
        return problems
    own_table = True
    for table in _tables(select):
        if table.db not in ("landing", "refined", "forecast"):
            problems.append(
                _at(view, table, f"table {_written(table)!r}", "landing.*, refined.* or forecast.*")
            )
        own_table = own_table and (table.db, table.name) == ("refined", dataset)
    if own_table and columns is not None and not problems:
        _qualify(view, select, {"refined": {dataset: _untyped(columns)}}, "athena", problems)
    return problems


def _parse(sql: SqlFile, dialect: str, problems: list[Problem]) -> exp.Query | None:
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


def _tables(select: exp.Query) -> list[exp.Table]:
    """Tables that are read, without the query's own CTEs."""
    named = {cte.alias for cte in select.find_all(exp.CTE)}
    return [table for table in select.find_all(exp.Table) if table.db or table.name not in named]


def _written(table: exp.Table) -> str:
    return f"{table.db}.{table.name}" if table.db else table.name


def _at(sql: SqlFile, table: exp.Table, found: str, allowed: str) -> Problem:
    meta = table.this.meta
    place = f"line {meta['line']}, column {meta['col']}" if "line" in meta else ""
    return Problem(sql.file, place, found, allowed)


def _untyped(columns: tuple[str, ...]) -> dict[str, str]:
    """A schema that resolves names; types are the engine's to check."""
    return dict.fromkeys(columns, "string")


def _qualify(
    sql: SqlFile,
    select: exp.Query,
    schema: dict[str, object],
    dialect: str,
    problems: list[Problem],
) -> exp.Query | None:
    """Resolve every column; a column that no table has becomes a problem."""
    try:
        qualified = qualify(select.copy(), schema=schema, dialect=dialect)
    except OptimizeError as exc:
        problems.append(Problem(sql.file, "", str(exc), f"columns {_columns_in(schema)}"))
        return None
    assert isinstance(qualified, exp.Query)
    return qualified


def _columns_in(schema: dict[str, object]) -> str:
    table = next(iter(schema.values()))
    if isinstance(table, dict) and any(isinstance(value, dict) for value in table.values()):
        return _columns_in(table)
    return ", ".join(table) if isinstance(table, dict) else ""
