"""Reading one table of the catalog: which files, which columns, how many bytes.

Bytes scanned are counted as Athena bills them: for Parquet the compressed chunks of the columns
that the query reads, for text the whole files as they are stored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from millrace_localcloud.athena.catalog import Catalog, Column, Storage, Table
from millrace_localcloud.athena.errors import QueryFailed, not_supported
from millrace_localcloud.athena.lake import DataFile, Lake
from millrace_localcloud.athena.translation import quoted
from millrace_localcloud.athena.types import storage as stored


@dataclass
class Part:
    """Files that are read alike: those of a partition, or of a table without any."""

    storage: Storage
    values: tuple[str, ...]
    files: list[DataFile]


@dataclass
class Scan:
    """One table in one place of a query."""

    table: Table
    conditions: list[tuple[str, str]] = field(default_factory=list)

    def narrow(self, condition: str, relation: str, columns: set[int]) -> None:
        """Leave out partitions that fail a condition which reads these columns alone."""
        first = len(self.table.columns) - self.table.partition_columns
        if min(columns) >= first:
            self.conditions.append((condition, relation))

    @property
    def data_columns(self) -> tuple[Column, ...]:
        return self.table.columns[: len(self.table.columns) - self.table.partition_columns]

    @property
    def partition_columns(self) -> tuple[Column, ...]:
        return self.table.columns[len(self.table.columns) - self.table.partition_columns :]

    def parts(self, catalog: Catalog, lake: Lake, connection: Any) -> list[Part]:
        """What has to be read, partitions that cannot match left out."""
        if self.table.parameters.get("projection.enabled", "").lower() == "true":
            raise not_supported("partition projection")
        if not self.table.partition_columns:
            place = self.table.storage
            return [Part(place, (), lake.files(place.location))]
        chosen = self._chosen(catalog, connection)
        return [Part(one.storage, one.values, lake.files(one.storage.location)) for one in chosen]

    def _chosen(self, catalog: Catalog, connection: Any) -> list[Any]:
        partitions = catalog.partitions(self.table)
        if not self.conditions or not partitions:
            return partitions
        first = len(self.data_columns)
        rows = ", ".join(
            f"({index}, {', '.join(map(self.partition_value, one.values, range(len(one.values))))})"
            for index, one in enumerate(partitions)
        )
        names = ", ".join(f"c{first + index}" for index in range(len(self.partition_columns)))
        chosen = set(range(len(partitions)))
        for condition, relation in self.conditions:
            sql = f"SELECT n FROM (VALUES {rows}) AS {relation}(n, {names}) WHERE {condition}"
            kept = {row[0] for row in connection.execute(sql).fetchall()}
            chosen &= kept
        return [one for index, one in enumerate(partitions) if index in chosen]

    def partition_value(self, text: str, index: int) -> str:
        """DuckDB SQL of a partition column's value."""
        kind = stored(self.partition_columns[index].kind)
        if text == "__HIVE_DEFAULT_PARTITION__":
            return f"CAST(NULL AS {kind})"
        return f"CAST({quoted(text)} AS {kind})"


def open_scan(
    name: str,
    scan: Scan,
    used: set[int],
    catalog: Catalog,
    lake: Lake,
    connection: Any,
    spend: Callable[[int], None],
) -> None:
    """Make the relation ``name`` with the columns c0, c1 …; ``spend`` gets its bytes first.

    Columns that the query does not read are NULL in it.

    Raises:
        QueryFailed: HIVE_… as Athena words what is wrong with a file.
    """
    parts = scan.parts(catalog, lake, connection)
    wanted = [column if i in used else None for i, column in enumerate(scan.data_columns)]
    format_of = {_format(part.storage) for part in parts if part.files}
    if len(format_of) > 1:
        raise not_supported("a table whose partitions have different formats")
    if not format_of:
        _empty(name, scan, connection)
        return
    if format_of == {"parquet"}:
        from millrace_localcloud.athena.formats.parquet import open_parquet

        open_parquet(name, scan, wanted, parts, connection, spend)
        return
    from millrace_localcloud.athena.formats.text import open_text

    open_text(name, scan, wanted, parts, format_of.pop(), connection, spend)


def _format(place: Storage) -> str:
    serde = place.serde.lower()
    for word, name in (
        ("parquet", "parquet"),
        ("opencsvserde", "opencsv"),
        ("lazysimpleserde", "delimited"),
        ("jsonserde", "json"),
    ):
        if word in serde:
            return name
    if not serde:
        raise QueryFailed("HIVE_INVALID_METADATA", "Table is missing its serialization library")
    raise not_supported(f"the SerDe {place.serde}")


def _empty(name: str, scan: Scan, connection: Any) -> None:
    columns = ", ".join(
        f"CAST(NULL AS {stored(column.kind)}) AS c{index}"
        for index, column in enumerate(scan.table.columns)
    )
    connection.execute(f"CREATE TEMP VIEW {name} AS SELECT {columns} WHERE FALSE")
