"""Which columns the table has once a run's rows have joined it."""

from __future__ import annotations

import re
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
"""Types that hold every value of a narrower one, as Apache Iceberg widens ("Schema Evolution" of
its spec); beside these a decimal of more digits and the same scale."""
_DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)")


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


def wider_of(one: str, other: str) -> str | None:
    """Of two types the one that holds every value of both; None where neither does."""
    for wide, narrow in ((one, other), (other, one)):
        if wide == narrow or wide in _WIDER.get(narrow, ()) or _has_more_digits(wide, narrow):
            return wide
    return None


def _joined(name: str, present: str, found: str) -> str:
    wide = wider_of(present, found)
    if wide is None:
        raise SchemaChanged(
            f"column {name!r} is {present} in the table and {found} in the refined rows: neither "
            "type holds every value of the other"
        )
    return wide


def _has_more_digits(wide: str, narrow: str) -> bool:
    one, other = _DECIMAL.fullmatch(wide), _DECIMAL.fullmatch(narrow)
    if one is None or other is None:
        return False
    return int(one[1]) > int(other[1]) and one[2] == other[2]


def _told(columns: Columns) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in columns)
