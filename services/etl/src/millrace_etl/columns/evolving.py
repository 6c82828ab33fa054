"""Which columns the table has once a run's rows have joined it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from millrace_etl.errors import SchemaChanged

Columns = Sequence[tuple[str, str]]

_WIDER = {
    "tinyint": ("smallint", "int", "bigint"),
    "smallint": ("int", "bigint"),
    "int": ("bigint",),
    "float": ("double",),
}
"""Types that hold every value of a narrower one."""


def evolved(
    table: Columns, found: Columns, change: Literal["freeze", "evolve"], partition_by: Sequence[str]
) -> tuple[tuple[str, str], ...]:
    """Columns that the run's rows are written with.

    Args:
        table: Columns of the table; empty when it has never been written.
        found: Columns of the run's rows.
        change: The dataset's ``write.schema``.
        partition_by: Columns whose values are in the paths of files, which nothing can widen.

    Raises:
        SchemaChanged: A change that is not allowed, or that would make older files unreadable.
    """
    if not table or dict(table) == dict(found):
        return tuple(found)
    if change == "freeze":
        raise SchemaChanged(f"the refined rows have {_told(found)}; the table has {_told(table)}")
    kinds = dict(found)
    result = {name: _joined(name, kind, kinds.get(name, kind)) for name, kind in table}
    for name in partition_by:
        if dict(table).get(name) != kinds.get(name):
            raise SchemaChanged(
                f"{name!r} is a partition column: it can be neither added nor changed"
            )
    return tuple((result | {name: result.get(name, kind) for name, kind in found}).items())


def _joined(name: str, present: str, found: str) -> str:
    """The table's type, which a narrower value is written as.

    A table's type is never widened: Spark 3.5 refuses to read a file of INT32 as bigint, so files
    that are already there would stop every later merge.
    """
    if present == found or present in _WIDER.get(found, ()):
        return present
    raise SchemaChanged(
        f"column {name!r} is {present} in the table and {found} in the refined rows: files of the "
        "one cannot be read as the other"
    )


def _told(columns: Columns) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in columns)
