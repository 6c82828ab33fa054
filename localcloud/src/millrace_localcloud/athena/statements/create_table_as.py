"""CREATE TABLE … AS (Athena user guide, "CREATE TABLE AS" and "Considerations and limitations")."""

from __future__ import annotations

import re
from dataclasses import dataclass

from millrace_localcloud.athena.errors import QueryFailed
from millrace_localcloud.athena.lake import split_location
from millrace_localcloud.athena.parameters import with_parameters
from millrace_localcloud.athena.partitions import add_partition, folder
from millrace_localcloud.athena.results import ResultColumn
from millrace_localcloud.athena.selects import translate
from millrace_localcloud.athena.session import Outcome, Session
from millrace_localcloud.athena.statements.hive_tables import store_table
from millrace_localcloud.athena.statements.inner_query import query_between
from millrace_localcloud.athena.statements.reader import Reader
from millrace_localcloud.athena.storage_formats import Declared
from millrace_localcloud.athena.types import BIGINT
from millrace_localcloud.athena.writing.columns import check_written, column_names
from millrace_localcloud.athena.writing.properties import read_properties, write_properties
from millrace_localcloud.athena.writing.write import (
    Layout,
    Written,
    check_empty,
    data_manifest,
    write_query,
)

_KNOWN = (
    *("table_type", "external_location", "format", "partitioned_by", "field_delimiter"),
    *("write_compression", "parquet_compression"),
)
_DATA = re.compile(r"\bWITH\s+(NO\s+)?DATA\s*;?\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class _Files:
    declared: Declared
    location: str


def create_table_as(session: Session) -> Outcome:
    """Write the query's rows and declare them as a table."""
    session.sql = with_parameters(session.sql, session.parameters)
    reader = Reader(session.sql)
    reader.expect("CREATE", "TABLE")
    if_absent = reader.accept("IF", "NOT", "EXISTS")
    database, name = reader.table(session.database)
    given = read_properties(reader) if reader.accept("WITH") else {}
    reader.expect("AS")
    data = _DATA.search(session.sql, reader.offset)
    tree = query_between(session, reader.offset, data.start() if data else None)
    asked = write_properties(given, _KNOWN)
    if not session.catalog.has_database(database):
        raise QueryFailed("SCHEMA_NOT_FOUND", f"Schema '{database}' does not exist")
    if session.catalog.table(database, name) is not None:
        if if_absent:
            return Outcome(substatement_type="CREATE_TABLE_AS_SELECT")
        text = f"Table 'awsdatacatalog.{database}.{name}' already exists"
        raise QueryFailed("TABLE_ALREADY_EXISTS", text)
    translation = session.translation()
    query = translate(tree, translation)
    names, kinds = column_names(query), [column.value.kind for column in query.columns]
    hive = [check_written(kind, name) for name, kind in zip(names, kinds, strict=True)]
    check_keys(asked.partitioned_by, names)
    location = _location(session, asked.external_location)
    check_empty(session, location, f"table '{database}.{name}'")
    keys = list(asked.partitioned_by)
    layout = Layout(
        tuple(names), tuple(kinds), len(keys), lambda values: location + folder(keys, values)
    )
    written = Written()
    if data is None or not data[1]:
        written = write_query(session, query, translation, layout, asked.file_format)
    columns = [{"Name": one, "Type": kind} for one, kind in zip(names, hive, strict=True)]
    first = len(columns) - len(keys)
    files = _Files(asked.file_format.declared, location)
    parameters = {"EXTERNAL": "TRUE", "has_encrypted_data": "false"}
    store_table(session, database, name, columns[:first], columns[first:], files, parameters)
    table = session.catalog.table(database, name)
    assert table is not None
    for values in written.partitions:
        add_partition(session.catalog, table, values, location + folder(keys, values))
    output = f"{session.output_base}tables/{session.query_id}"
    return Outcome(
        columns=(ResultColumn("rows", BIGINT),),
        substatement_type="CREATE_TABLE_AS_SELECT",
        output=output,
        manifest=data_manifest(session, written, output),
        update_count=written.rows,
    )


def check_keys(keys: tuple[str, ...], names: list[str]) -> None:
    """Partition columns come last, in their order.

    Raises:
        QueryFailed: They do not.
    """
    missing = [key for key in keys if key not in names]
    if missing:
        text = f"Partition columns {missing} not present in schema"
        raise QueryFailed("INVALID_TABLE_PROPERTY", text)
    if keys and (len(keys) == len(names) or tuple(names[-len(keys) :]) != keys):
        text = (
            "Partition keys must be the last columns in the table and in the same order as the "
            f"table properties: [{', '.join(keys)}]"
        )
        raise QueryFailed("HIVE_COLUMN_ORDER_MISMATCH", text)


def _location(session: Session, asked: str) -> str:
    if not asked:
        return f"{session.output_base}tables/{session.query_id}/"
    if session.is_enforced:
        text = (
            "The Create Table As Select query failed because it was submitted with an "
            "'external_location' property to an Athena Workgroup that enforces a centralized "
            "output location for all queries. Please remove the 'external_location' property and "
            "resubmit the query."
        )
        raise QueryFailed("INVALID_TABLE_PROPERTY", text)
    split_location(asked)
    return asked if asked.endswith("/") else f"{asked}/"
