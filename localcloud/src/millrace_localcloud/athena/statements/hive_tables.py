"""CREATE EXTERNAL TABLE (Athena user guide, "CREATE TABLE")."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from millrace_localcloud.athena.errors import QueryFailed, not_supported
from millrace_localcloud.athena.hive_types import from_hive
from millrace_localcloud.athena.lake import split_location
from millrace_localcloud.athena.session import Outcome, Session
from millrace_localcloud.athena.statements.reader import Reader
from millrace_localcloud.athena.statements.views import ensure_default
from millrace_localcloud.athena.storage_formats import STORED_AS, Declared

Columns = list[dict[str, str]]


@dataclass
class _Clauses:
    partitions: Columns = field(default_factory=list)
    comment: str = ""
    location: str = ""
    properties: dict[str, str] = field(default_factory=dict)
    serde: str = ""
    serde_parameters: dict[str, str] = field(default_factory=dict)
    stored: Declared = STORED_AS["TEXTFILE"]

    @property
    def declared(self) -> Declared:
        parameters = {"serialization.format": "1", **self.serde_parameters}
        return replace(self.stored, serde=self.serde or self.stored.serde, parameters=parameters)


def create_external_table(session: Session) -> Outcome:
    """Declare files in the catalog; none of them is read."""
    reader = Reader(session.sql)
    reader.expect("CREATE", "EXTERNAL", "TABLE")
    if_absent = reader.accept("IF", "NOT", "EXISTS")
    database, name = reader.table(session.database)
    columns = read_columns(reader)
    clauses = _clauses(reader)
    _check(columns, clauses)
    outcome = Outcome(substatement_type="CREATE_TABLE")
    if not session.catalog.has_database(database):
        raise QueryFailed("SCHEMA_NOT_FOUND", f"Schema '{database}' does not exist")
    if session.catalog.table(database, name) is not None:
        if if_absent:
            return outcome
        text = f"FAILED: Execution Error: Table {database}.{name} already exists"
        raise QueryFailed("TABLE_ALREADY_EXISTS", text)
    parameters = {"EXTERNAL": "TRUE", **clauses.properties}
    if clauses.comment:
        parameters["comment"] = clauses.comment
    store_table(session, database, name, columns, clauses.partitions, clauses, parameters)
    return outcome


def store_table(
    session: Session,
    database: str,
    name: str,
    columns: Columns,
    partitions: Columns,
    files: Any,
    parameters: dict[str, str],
) -> None:
    """Put an external table into the catalog; ``files`` has ``declared`` and ``location``.

    Raises:
        QueryFailed: Another query has made it meanwhile.
    """
    from moto.glue.exceptions import TableAlreadyExistsException

    table_input = {
        "Name": name,
        "Owner": "hadoop",
        "Retention": 0,
        "StorageDescriptor": files.declared.descriptor(columns, files.location),
        "PartitionKeys": partitions,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {
            **parameters,
            "transient_lastDdlTime": str(int(session.now.timestamp())),
        },
    }
    ensure_default(session, database)
    try:
        session.catalog.glue.create_table(database, name, table_input, None)
    except TableAlreadyExistsException as error:
        text = f"Table {database}.{name} already exists"
        raise QueryFailed("TABLE_ALREADY_EXISTS", text) from error


def read_columns(reader: Reader) -> Columns:
    """``(name type [COMMENT 'text'], …)``, as Glue's API takes them."""
    reader.expect("(")
    columns = []
    while True:
        column = {"Name": reader.name(), "Type": reader.hive_type()}
        if reader.accept("COMMENT"):
            column["Comment"] = reader.text()
        columns.append(column)
        if not reader.accept(","):
            break
    reader.expect(")")
    return columns


def _clauses(reader: Reader) -> _Clauses:
    clauses = _Clauses()
    if reader.accept("COMMENT"):
        clauses.comment = reader.text()
    if reader.accept("PARTITIONED", "BY"):
        clauses.partitions = read_columns(reader)
    if reader.accept("CLUSTERED"):
        raise not_supported("CLUSTERED BY: bucketed tables")
    _row_format(reader, clauses)
    if reader.accept("STORED", "AS"):
        _stored_as(reader, clauses)
    if reader.accept("WITH", "SERDEPROPERTIES"):
        clauses.serde_parameters |= reader.properties()
    if reader.accept("LOCATION"):
        clauses.location = reader.text()
    if reader.accept("TBLPROPERTIES"):
        clauses.properties = reader.properties()
    reader.end()
    return clauses


def _row_format(reader: Reader, clauses: _Clauses) -> None:
    if not reader.accept("ROW", "FORMAT"):
        return
    if reader.accept("SERDE"):
        clauses.serde = reader.text()
        if reader.accept("WITH", "SERDEPROPERTIES"):
            clauses.serde_parameters = reader.properties()
        return
    reader.expect("DELIMITED")
    given = clauses.serde_parameters
    for words, name in _DELIMITERS:
        if reader.accept(*words):
            given[name] = reader.text()
    if "field.delim" in given:
        given["serialization.format"] = given["field.delim"]
    if given.pop("line.delim", "\n") != "\n":
        raise QueryFailed("SEMANTIC_ERROR", "LINES TERMINATED BY only supports newline '\\n'")


_DELIMITERS = (
    (("FIELDS", "TERMINATED", "BY"), "field.delim"),
    (("ESCAPED", "BY"), "escape.delim"),
    (("COLLECTION", "ITEMS", "TERMINATED", "BY"), "collection.delim"),
    (("MAP", "KEYS", "TERMINATED", "BY"), "mapkey.delim"),
    (("LINES", "TERMINATED", "BY"), "line.delim"),
    (("NULL", "DEFINED", "AS"), "serialization.null.format"),
)


def _stored_as(reader: Reader, clauses: _Clauses) -> None:
    if reader.accept("INPUTFORMAT"):
        given = reader.text()
        reader.expect("OUTPUTFORMAT")
        clauses.stored = replace(clauses.stored, input_format=given, output_format=reader.text())
        return
    word = reader.name().upper()
    if word not in STORED_AS or word == "JSON":
        raise not_supported(f"STORED AS {word}")
    clauses.stored = STORED_AS[word]


def _check(columns: Columns, clauses: _Clauses) -> None:
    names = [column["Name"] for column in (*columns, *clauses.partitions)]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise QueryFailed("SEMANTIC_ERROR", f"Duplicate column name {twice[0]} in the table")
    for column in (*columns, *clauses.partitions):
        from_hive(column["Type"])
    if not clauses.location:
        raise QueryFailed("SEMANTIC_ERROR", "No location was specified for the external table")
    split_location(clauses.location)
    if clauses.properties.get("table_type", "").upper() == "ICEBERG":
        raise not_supported("Iceberg tables")
