"""Columns of a query as the catalog stores them."""

from __future__ import annotations

from millrace_localcloud.athena.errors import QueryFailed
from millrace_localcloud.athena.hive_types import to_hive
from millrace_localcloud.athena.scope import Query
from millrace_localcloud.athena.types import NANO, NANO_ZONED, ZONED, Type


def column_names(query: Query) -> list[str]:
    """Names of the columns, lower case.

    Raises:
        QueryFailed: One has none, or two have the same.
    """
    names = []
    for index, column in enumerate(query.columns):
        if column.name is None:
            text = f"Column name not specified at position {index + 1}"
            raise QueryFailed("MISSING_COLUMN_NAME", text)
        names.append(column.name.lower())
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        text = f"Column name '{twice[0]}' specified more than once"
        raise QueryFailed("DUPLICATE_COLUMN_NAME", text)
    return names


def check_written(kind: Type, name: str) -> str:
    """Hive's text of the type of a column that is written.

    Raises:
        QueryFailed: Hive has no such type.
    """
    if kind.base == "unknown":
        raise QueryFailed("COLUMN_TYPE_UNKNOWN", f"Column type is unknown: {name}")
    if kind.base in (ZONED, NANO, NANO_ZONED):
        raise QueryFailed("NOT_SUPPORTED", f"Unsupported Hive type: {kind}")
    if kind.base == "timestamp" and kind.args[0] > 3:
        text = (
            f"Incorrect timestamp precision for {kind}; the configured precision is "
            f"MILLISECONDS; column name: {name}"
        )
        raise QueryFailed("NOT_SUPPORTED", text)
    for part in _parts(kind):
        check_written(part, name)
    return to_hive(kind)


def _parts(kind: Type) -> list[Type]:
    if kind.base != "row":
        return list(kind.args) if kind.base in ("array", "map") else []
    if None in (field for field, _ in kind.args):
        text = f"Anonymous row type is not supported in Hive. Please give each field a name: {kind}"
        raise QueryFailed("NOT_SUPPORTED", text)
    return [part for _, part in kind.args]
