"""INSERT INTO (Athena user guide, "INSERT INTO")."""

from __future__ import annotations

from dataclasses import replace

from millrace_localcloud.athena.catalog import Table
from millrace_localcloud.athena.errors import QueryFailed, not_supported
from millrace_localcloud.athena.parameters import with_parameters
from millrace_localcloud.athena.partitions import (
    add_partition,
    partition_location,
    partition_names,
)
from millrace_localcloud.athena.results import ResultColumn
from millrace_localcloud.athena.scope import Field, Query, Typed
from millrace_localcloud.athena.selects import translate
from millrace_localcloud.athena.session import Outcome, Session
from millrace_localcloud.athena.statements.alter_table import found_table
from millrace_localcloud.athena.statements.inner_query import query_between
from millrace_localcloud.athena.statements.reader import Reader
from millrace_localcloud.athena.translation import as_kinds, checked
from millrace_localcloud.athena.types import BIGINT, Type, coerces, storage
from millrace_localcloud.athena.writing.formats import FileFormat
from millrace_localcloud.athena.writing.write import Layout, data_manifest, write_query


def insert(session: Session) -> Outcome:
    """Add files with the query's rows; partitions that the catalog lacks are registered."""
    session.sql = with_parameters(session.sql, session.parameters)
    reader = Reader(session.sql)
    reader.expect("INSERT", "INTO")
    table = found_table(session, *reader.table(session.database))
    names = _column_list(reader) or [column.name for column in table.columns]
    tree = query_between(session, reader.offset)
    translation = session.translation()
    query = _arranged(translate(tree, translation), names, table)
    keys = partition_names(table)
    known = {one.values: one.storage.location for one in session.catalog.partitions(table)}

    def place_of(values: tuple[str, ...]) -> str:
        place = known.get(values) or partition_location(table, values)
        if not keys:
            place = table.storage.location
        return place if place.endswith("/") else f"{place}/"

    layout = Layout(
        tuple(column.name for column in table.columns),
        tuple(column.kind for column in table.columns),
        len(keys),
        place_of,
    )
    written = write_query(session, query, translation, layout, _format(table))
    for values in written.partitions:
        if values not in known:
            add_partition(session.catalog, table, values, place_of(values))
    output = f"{session.output_base}{session.query_id}"
    return Outcome(
        columns=(ResultColumn("rows", BIGINT),),
        statement_type="DML",
        substatement_type="INSERT",
        output=output,
        manifest=data_manifest(session, written, output),
        update_count=written.rows,
    )


def _column_list(reader: Reader) -> list[str]:
    start = reader.offset
    if not reader.accept("(") or any(
        reader.accept(word) for word in ("SELECT", "WITH", "VALUES", "TABLE", "(")
    ):
        reader.offset = start
        return []
    names = [reader.name()]
    while reader.accept(","):
        names.append(reader.name())
    reader.expect(")")
    return names


def _arranged(query: Query, names: list[str], table: Table) -> Query:
    """The query's columns in the table's order, NULL where it has none."""
    known = {column.name: column for column in table.columns}
    for name in names:
        if name not in known:
            text = f"Insert column name does not exist in target table: {name}"
            raise QueryFailed("COLUMN_NOT_FOUND", text)
        if names.count(name) > 1:
            text = f"Insert column name is specified more than once: {name}"
            raise QueryFailed("DUPLICATE_COLUMN_NAME", text)
    found = [column.value.kind for column in query.columns]
    wanted = [known[name].kind for name in names]
    if len(found) != len(wanted) or not all(map(_fits, found, wanted)):
        text = (
            "Insert query has mismatched column types: Table: "
            f"[{', '.join(map(str, wanted))}], Query: [{', '.join(map(str, found))}]"
        )
        raise QueryFailed("TYPE_MISMATCH", text)
    inner = as_kinds(query, [_plain(kind) for kind in wanted])
    at = {name: index for index, name in enumerate(names)}
    columns = [
        Typed(_value(at[column.name], column.kind), column.kind)
        if column.name in at
        else Typed(f"CAST(NULL AS {storage(column.kind)})", column.kind)
        for column in table.columns
    ]
    shown = ", ".join(f"{one.sql} AS c{index}" for index, one in enumerate(columns))
    fields = tuple(
        Field(column.name, Typed(f"c{index}", column.kind))
        for index, column in enumerate(table.columns)
    )
    return Query(f"SELECT {shown} FROM ({inner}) AS q", fields)


def _plain(kind: Type) -> Type:
    return Type("varchar") if kind.base == "varchar" else kind


def _fits(found: Type, wanted: Type) -> bool:
    return coerces(found, _plain(wanted))


def _value(index: int, kind: Type) -> str:
    if kind.base != "varchar" or not kind.args:
        return f"c{index}"
    text = f"Cannot truncate characters when casting to {kind} on INSERT: {{c{index}}}"
    long = f"length(c{index}) > {kind.args[0]}"
    return checked(f"c{index}", long, "INVALID_CAST_ARGUMENT", text)


def _format(table: Table) -> FileFormat:
    """How to write files that the table's SerDe reads."""
    serde, parameters = table.storage.serde, table.storage.serde_parameters
    if table.storage.header_lines:
        raise not_supported("INSERT INTO a table with skip.header.line.count")
    compression = table.parameters.get("write.compression") or table.parameters.get(
        "parquet.compression"
    )
    if serde.endswith(".ParquetHiveSerDe"):
        return FileFormat("PARQUET", (compression or "GZIP").upper()).checked()
    plain = FileFormat("TEXTFILE", (compression or "GZIP").upper())
    if serde.endswith("hcatalog.data.JsonSerDe"):
        return replace(plain, name="JSON").checked()
    if serde.endswith(".LazySimpleSerDe"):
        delimiter = parameters.get("field.delim") or parameters.get("serialization.format") or "1"
        return replace(
            plain,
            delimiter={"1": "\x01", "\\t": "\t"}.get(delimiter, delimiter),
            null=parameters.get("serialization.null.format", "\\N"),
            escape=parameters.get("escape.delim", ""),
        ).checked()
    raise not_supported(f"INSERT INTO a table of the SerDe {serde or 'that is not named'}")
