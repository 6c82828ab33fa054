"""What a dataset's transform reads, and the columns that it makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlglot import exp

from millrace.errors import Problem
from millrace.specs.files import SpecFile
from millrace.specs.python import check_python
from millrace.specs.sql import (
    Columns,
    at_table,
    outer_columns,
    parse_select,
    qualify_columns,
    result_columns,
    tables_read,
    written,
)
from millrace_contracts import Dataset

_SOURCE = "source"


def refined_columns(
    spec: Dataset,
    transforms: Sequence[SpecFile],
    others: Mapping[str, Columns | None],
    problems: list[Problem],
) -> Columns | None:
    """Columns of the refined table.

    Args:
        spec: Declares the columns of ``source``.
        transforms: The dataset's; without one the source's columns are refined.
        others: Columns of every declared dataset's refined table, where they are known.
        problems: Gets what is wrong with the transforms.

    Returns:
        None when nobody can tell before the transform runs.
    """
    if len(transforms) > 1:
        names = " and ".join(each.path for each in transforms)
        problems.append(Problem(transforms[-1].file, "", names, "one transform"))
    found: list[Columns | None] = []
    for each in transforms:
        if each.path.endswith(".py"):
            problems += check_python(each)
            found.append(None)
        else:
            found.append(_query_columns(spec, each, others, problems))
    if not found:
        return tuple(column.name for column in spec.columns)
    return found[0] if len(found) == 1 else None


def datasets_read(transforms: Sequence[SpecFile]) -> list[str]:
    """Datasets whose refined tables the query reads, if there is a query that can be parsed."""
    return [table.name for each in transforms for table in _other_tables(each)]


def check_cycles(
    dataset: str, transforms: Sequence[SpecFile], reads: Callable[[str], Sequence[str]]
) -> list[Problem]:
    """Tables that can never be there first, because their own transforms wait for this dataset's.

    Args:
        dataset: Whose transforms these are.
        transforms: Them.
        reads: Tells the datasets that a dataset's transform reads.
    """
    problems = []
    for each in transforms:
        for table in _other_tables(each):
            way = _way(table.name, dataset, reads, set())
            if way and table.name != dataset:
                circle = " reads ".join([dataset, *way])
                found = f"table {table.name!r}, so that each waits for the other: {circle}"
                allowed = f"datasets that do not read {dataset}"
                problems.append(at_table(each, table, found, allowed))
    return problems


def _query_columns(
    spec: Dataset,
    transform: SpecFile,
    others: Mapping[str, Columns | None],
    problems: list[Problem],
) -> Columns | None:
    select = parse_select(transform, "spark", problems)
    if select is None:
        return None
    wrong = _unknown_tables(spec.name, transform, select, others)
    problems += wrong
    if wrong:
        return None
    tables: dict[str, Columns | None] = {_SOURCE: tuple(column.name for column in spec.columns)}
    tables |= {each.name: others[each.name] for each in tables_read(select) if not _is_source(each)}
    known = {name: columns for name, columns in tables.items() if columns is not None}
    if len(known) < len(tables):
        return outer_columns(select, known, "spark")
    qualified = qualify_columns(transform, select, known, "spark", problems)
    columns = None if qualified is None else result_columns(qualified)
    if columns is None:
        return None
    for name in dict.fromkeys(columns):
        if columns.count(name) > 1:
            problems.append(Problem(transform.file, "", f"column {name!r} twice", "each once"))
    return columns


def _unknown_tables(
    dataset: str, transform: SpecFile, select: exp.Query, others: Mapping[str, Columns | None]
) -> list[Problem]:
    allowed = ", ".join([_SOURCE, *(name for name in others if name != dataset)])
    problems = []
    for table in tables_read(select):
        if _is_source(table):
            continue
        if not table.db and table.name == dataset:
            found = f"table {dataset!r}, which the transform itself makes"
            problems.append(at_table(transform, table, found, allowed))
        elif table.db or table.name not in others:
            problems.append(at_table(transform, table, f"table {written(table)!r}", allowed))
    return problems


def _is_source(table: exp.Table) -> bool:
    return (table.db, table.name) == ("", _SOURCE)


def _other_tables(transform: SpecFile) -> list[exp.Table]:
    if not transform.path.endswith(".sql"):
        return []
    select = parse_select(transform, "spark", [])
    found = [] if select is None else tables_read(select)
    return [table for table in found if not table.db and not _is_source(table)]


def _way(start: str, goal: str, reads: Callable[[str], Sequence[str]], seen: set[str]) -> list[str]:
    """Datasets from one to the other, each of which reads the next; empty when none leads there."""
    if start == goal:
        return [goal]
    if start in seen:
        return []
    seen.add(start)
    for name in reads(start):
        if way := _way(name, goal, reads, seen):
            return [start, *way]
    return []
