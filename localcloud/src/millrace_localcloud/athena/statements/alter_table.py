"""ALTER TABLE and MSCK REPAIR TABLE (Athena user guide, the pages of those names)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from millrace_localcloud.athena.catalog import CATALOG, Table
from millrace_localcloud.athena.errors import QueryFailed, not_supported
from millrace_localcloud.athena.hive_types import from_hive
from millrace_localcloud.athena.lake import split_location
from millrace_localcloud.athena.partitions import (
    add_partition,
    drop_partition,
    folder,
    partition_location,
    partition_names,
    values_of_folder,
)
from millrace_localcloud.athena.session import Outcome, Session, texts
from millrace_localcloud.athena.statements.hive_tables import read_columns
from millrace_localcloud.athena.statements.reader import Reader


def found_table(session: Session, database: str, name: str) -> Table:
    """The table that a statement names.

    Raises:
        QueryFailed: There is none, or it is a view.
    """
    table = session.catalog.table(database, name)
    if table is None:
        raise QueryFailed("TABLE_NOT_FOUND", f"Table '{CATALOG}.{database}.{name}' does not exist")
    if table.is_view:
        raise QueryFailed("NOT_SUPPORTED", f"{database}.{name} is a view, not a table")
    return table


def alter_table(session: Session) -> Outcome:
    """ADD and DROP PARTITION, ADD and REPLACE COLUMNS, SET TBLPROPERTIES and LOCATION."""
    reader = Reader(session.sql)
    reader.expect("ALTER", "TABLE")
    table = found_table(session, *reader.table(session.database))
    for words, alter in _ALTERATIONS:
        if reader.accept(*words):
            alter(session, table, reader)
            return Outcome(substatement_type="ALTER_TABLE")
    raise not_supported(f"the statement {session.sql.strip()[:60]!r}")


def _add_partitions(session: Session, table: Table, reader: Reader) -> None:
    if_absent = reader.accept("IF", "NOT", "EXISTS")
    wanted = []
    while reader.accept("PARTITION"):
        values = _whole_spec(reader, table)
        location = reader.text() if reader.accept("LOCATION") else partition_location(table, values)
        split_location(location)
        wanted.append((values, location if location.endswith("/") else f"{location}/"))
    if not wanted:
        reader.fail("PARTITION")
    reader.end()
    known = {one.values for one in session.catalog.partitions(table)}
    for values, _ in wanted:
        if values in known and not if_absent:
            raise QueryFailed("SEMANTIC_ERROR", f"Partition already exists: {list(values)}")
    for values, location in wanted:
        if values not in known:
            add_partition(session.catalog, table, values, location)
            known.add(values)


def _whole_spec(reader: Reader, table: Table) -> tuple[str, ...]:
    given, names = _spec(reader, table), partition_names(table)
    if set(given) != set(names):
        text = f"partition spec {given} doesn't contain all ({len(names)}) partition columns"
        raise QueryFailed("SEMANTIC_ERROR", text)
    return tuple(given[name] for name in names)


def _spec(reader: Reader, table: Table) -> dict[str, str]:
    reader.expect("(")
    given = {}
    while True:
        name = reader.name()
        if name not in partition_names(table):
            raise QueryFailed("SEMANTIC_ERROR", f"Partition column {name} not found in table")
        reader.expect("=")
        given[name] = reader.value()
        if not reader.accept(","):
            break
    reader.expect(")")
    return given


def _drop_partitions(session: Session, table: Table, reader: Reader) -> None:
    if_exists = reader.accept("IF", "EXISTS")
    specs = []
    while True:
        reader.expect("PARTITION")
        specs.append(_spec(reader, table))
        if not reader.accept(","):
            break
    reader.end()
    names = partition_names(table)
    doomed = set()
    for spec in specs:
        found = {
            one.values
            for one in session.catalog.partitions(table)
            if spec.items() <= dict(zip(names, one.values, strict=True)).items()
        }
        if not found and not if_exists:
            raise QueryFailed("SEMANTIC_ERROR", f"Partition not found {spec}")
        doomed |= found
    for values in doomed:
        drop_partition(session.catalog, table, values)


def _add_columns(session: Session, table: Table, reader: Reader) -> None:
    columns = read_columns(reader)
    reader.end()
    known = {column.name for column in table.columns}
    for column in columns:
        if column["Name"] in known:
            raise QueryFailed("SEMANTIC_ERROR", f"Duplicate column name: {column['Name']}")
        from_hive(column["Type"])

    def change(described: dict[str, Any]) -> None:
        described["StorageDescriptor"]["Columns"] += columns

    session.catalog.update(table, change)


def _replace_columns(session: Session, table: Table, reader: Reader) -> None:
    columns = read_columns(reader)
    reader.end()
    for column in columns:
        from_hive(column["Type"])

    def change(described: dict[str, Any]) -> None:
        described["StorageDescriptor"]["Columns"] = columns

    session.catalog.update(table, change)


def _set_properties(session: Session, table: Table, reader: Reader) -> None:
    properties = reader.properties()
    reader.end()

    def change(described: dict[str, Any]) -> None:
        described["Parameters"] = {**(described.get("Parameters") or {}), **properties}

    session.catalog.update(table, change)


def _set_location(session: Session, table: Table, reader: Reader) -> None:
    location = reader.text()
    reader.end()
    split_location(location)

    def change(described: dict[str, Any]) -> None:
        described["StorageDescriptor"]["Location"] = location

    session.catalog.update(table, change)


Alteration = Callable[[Session, Table, Reader], None]
_ALTERATIONS: tuple[tuple[tuple[str, ...], Alteration], ...] = (
    (("ADD", "COLUMNS"), _add_columns),
    (("REPLACE", "COLUMNS"), _replace_columns),
    (("SET", "TBLPROPERTIES"), _set_properties),
    (("SET", "LOCATION"), _set_location),
    (("ADD",), _add_partitions),
    (("DROP",), _drop_partitions),
)


def repair_table(session: Session) -> Outcome:
    """MSCK REPAIR TABLE: register the folders ``column=value`` that the catalog lacks.

    Folders whose column names are not lower case are passed over, as Athena does it (user guide,
    "MSCK REPAIR TABLE", considerations).
    """
    reader = Reader(session.sql)
    reader.expect("MSCK", "REPAIR", "TABLE")
    table = found_table(session, *reader.table(session.database))
    reader.end()
    names = partition_names(table)
    if not names:
        text = f"Table {table.database}.{table.name} is not a partitioned table"
        raise QueryFailed("SEMANTIC_ERROR", text)
    root = table.storage.location
    root = root if root.endswith("/") else f"{root}/"
    known = {one.values for one in session.catalog.partitions(table)}
    places = {}
    for file in session.lake.files(root):
        path = file.key.removeprefix(root).rpartition("/")[0]
        values = values_of_folder(path, names)
        if values is not None and values not in known:
            places[values] = "/".join(path.split("/")[: len(names)])
    for values, path in places.items():
        add_partition(session.catalog, table, values, f"{root}{path}/")
    shown = [f"{table.name}:{folder(names, values).rstrip('/')}" for values in sorted(places)]
    lines = [f"Partitions not in metastore:\t{chr(9).join(shown)}"] if shown else []
    lines += [f"Repair: Added partition to metastore {one}" for one in shown]
    return texts("msck_repair_table", lines, "MSCK_REPAIR_TABLE", "DDL")
