"""Write a query's rows below a location, a folder for each partition."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from millrace_localcloud.athena.engine import trino_errors
from millrace_localcloud.athena.errors import QueryFailed, not_supported
from millrace_localcloud.athena.partitions import NULL_PARTITION
from millrace_localcloud.athena.scope import Query
from millrace_localcloud.athena.selects import open_scans
from millrace_localcloud.athena.session import Session
from millrace_localcloud.athena.translation import Translation, as_kinds
from millrace_localcloud.athena.types import Type
from millrace_localcloud.athena.writing.fields import field_text
from millrace_localcloud.athena.writing.formats import FileFormat

_MOST_PARTITIONS = 100
"""Athena user guide, "Use CTAS and INSERT INTO to work around the 100 partition limit"."""


@dataclass
class Written:
    """What was written."""

    rows: int = 0
    files: list[str] = field(default_factory=list)
    partitions: list[tuple[str, ...]] = field(default_factory=list)


@dataclass(frozen=True)
class Layout:
    """Where rows go: the last ``keys`` columns make the partition."""

    names: tuple[str, ...]
    kinds: tuple[Type, ...]
    keys: int
    place_of: Callable[[tuple[str, ...]], str]
    """The location of the partition that has these values."""


def write_query(
    session: Session,
    query: Query,
    translation: Translation,
    layout: Layout,
    file_format: FileFormat,
) -> Written:
    """Run the query and put its rows down.

    Raises:
        QueryFailed: HIVE_TOO_MANY_OPEN_PARTITIONS, or what the query itself fails with.
    """
    connection = session.open_connection()
    open_scans(translation, session.lake, connection, session.spend)
    with trino_errors():
        sql = as_kinds(query, list(layout.kinds))
        connection.execute(f"CREATE TEMP TABLE written AS {sql}")
        written = Written()
        bodies = []
        for values, condition in _partitions(connection, layout):
            session.spend(0)
            data = len(layout.names) - layout.keys
            listed = ", ".join(f"c{index}" for index in range(data))
            found = f"SELECT {listed} FROM written WHERE {condition}"
            ((count,),) = connection.execute(f"SELECT count(*) FROM ({found})").fetchall()
            if not count:
                continue
            written.rows += count
            body = file_format.encode(connection, found, layout.names[:data], layout.kinds[:data])
            name = f"{session.now:%Y%m%d_%H%M%S}_{uuid.uuid4()}{file_format.suffix}"
            bodies.append((layout.place_of(values) + name, body))
            if layout.keys:
                written.partitions.append(values)
    for location, body in bodies:
        session.lake.write(location, body)
        written.files.append(location)
    return written


def _partitions(connection: Any, layout: Layout) -> list[tuple[tuple[str, ...], str]]:
    if not layout.keys:
        return [((), "TRUE")]
    first = len(layout.names) - layout.keys
    keys = [f"c{index}" for index in range(first, len(layout.names))]
    kinds = layout.kinds[first:]
    listed = ", ".join(keys)
    connection.execute(
        f"CREATE TEMP TABLE keys AS SELECT {listed}, row_number() OVER () AS n "
        f"FROM (SELECT DISTINCT {listed} FROM written)"
    )
    found = connection.execute("SELECT * FROM keys ORDER BY n").fetchall()
    if len(found) > _MOST_PARTITIONS:
        text = f"Exceeded limit of {_MOST_PARTITIONS} open writers for partitions/buckets"
        raise QueryFailed("HIVE_TOO_MANY_OPEN_PARTITIONS", text)
    same = " AND ".join(f"k.{key} IS NOT DISTINCT FROM written.{key}" for key in keys)
    return [
        (
            tuple(map(_value, row[:-1], kinds)),
            f"EXISTS (SELECT 1 FROM keys AS k WHERE k.n = {row[-1]} AND {same})",
        )
        for row in found
    ]


def _value(value: Any, kind: Type) -> str:
    if value is None:
        return NULL_PARTITION
    text = field_text(value, kind)
    if not text:
        raise not_supported("an empty text as the value of a partition column")
    if not all(" " <= letter <= "~" for letter in text):
        text = f"Hive partition keys can only contain printable ASCII characters: {text!r}"
        raise QueryFailed("INVALID_PARTITION_VALUE", text)
    return text


def check_empty(session: Session, location: str, what: str) -> None:
    """Athena writes only where nothing lies.

    Raises:
        QueryFailed: HIVE_PATH_ALREADY_EXISTS.
    """
    if not session.lake.is_empty(location):
        text = (
            f"Target directory for {what} already exists: {location}. You may need to manually "
            f"clean the data at location '{location}' before retrying. Athena will not delete "
            "data in your account."
        )
        raise QueryFailed("HIVE_PATH_ALREADY_EXISTS", text)


def data_manifest(session: Session, written: Written, base: str) -> str:
    """Write the list of files beside the query's output; answers its location.

    Athena user guide, "Identify query output files": data manifest files.
    """
    location = f"{base}-manifest.csv"
    session.lake.write(location, "".join(f"{one}\n" for one in written.files).encode())
    return location
