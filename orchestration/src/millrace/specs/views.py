"""What a dataset's views are called and read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from millrace.errors import Problem
from millrace.specs.files import SpecFile
from millrace.specs.sql import (
    Columns,
    at_table,
    parse_select,
    qualify_columns,
    tables_read,
    written,
)

Tables = Mapping[str, Collection[str]]
"""Names of the tables and views that there may be, by their database."""


def check_view(
    view: SpecFile, dataset: str, columns: Columns | None, tables: Tables
) -> list[Problem]:
    """Problems of one view: its syntax, its name, its tables and the columns it names.

    Args:
        view: The file; its name becomes the view's.
        dataset: The dataset it belongs to.
        columns: Columns of the dataset's refined table, when they are known.
        tables: What is declared beside it.
    """
    problems: list[Problem] = []
    if view.name == dataset or not view.name.isidentifier() or view.name != view.name.lower():
        allowed = f"a lower-case name other than {dataset!r}"
        problems.append(Problem(view.file, "name", repr(view.name), allowed))
    select = parse_select(view, "athena", problems)
    if select is None:
        return problems
    own_table = True
    for table in tables_read(select):
        if table.name not in tables.get(table.db, ()):
            known = (f"{table.db}.{name}" for name in tables.get(table.db, ()))
            allowed = ", ".join(known) or "landing.*, refined.* or forecast.*"
            problems.append(at_table(view, table, f"table {written(table)!r}", allowed))
        own_table = own_table and (table.db, table.name) == ("refined", dataset)
    if own_table and columns is not None and not problems:
        qualify_columns(view, select, {dataset: columns}, "athena", problems, "refined")
    return problems


def check_names(
    views: Sequence[SpecFile], dataset: str, others: Mapping[str, Sequence[str]]
) -> list[Problem]:
    """Views whose names are taken: all views and refined tables are in one database.

    Args:
        views: The dataset's.
        dataset: Its name.
        others: Every declared dataset's views' names.
    """
    problems = []
    for view in views:
        for name, taken in others.items():
            if name == dataset:
                continue
            if view.name == name:
                found = f"{view.name!r}, which is the table of dataset {name!r}"
            elif view.name in taken:
                found = f"{view.name!r}, which is also a view of dataset {name!r}"
            else:
                continue
            problems.append(
                Problem(view.file, "name", found, "a name that no other dataset or view has")
            )
    return problems
