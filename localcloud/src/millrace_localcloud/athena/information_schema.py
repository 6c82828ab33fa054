"""The catalog as tables (Athena user guide, "Query the AWS Glue Data Catalog")."""

from __future__ import annotations

from collections.abc import Callable

from millrace_localcloud.athena.catalog import CATALOG, Catalog
from millrace_localcloud.athena.known_rows import text_rows
from millrace_localcloud.athena.scope import Query

Rows = list[tuple[object, ...]]


def information_schema(name: str, catalog: Catalog) -> Query | None:
    """One of its tables; None when it has none of that name."""
    found = _TABLES.get(name)
    if found is None:
        return None
    columns, rows = found
    return text_rows(columns, rows(catalog))


def _schemata(catalog: Catalog) -> Rows:
    return [(CATALOG, name) for name in (*catalog.databases(), "information_schema")]


def _tables(catalog: Catalog) -> Rows:
    return [
        (CATALOG, database, table.name, "VIEW" if table.is_view else "BASE TABLE")
        for database in catalog.databases()
        for table in catalog.tables(database)
    ]


def _views(catalog: Catalog) -> Rows:
    return [
        (CATALOG, database, table.name, (table.view_definition() or {}).get("originalSql"))
        for database in catalog.databases()
        for table in catalog.tables(database)
        if table.is_view
    ]


def _columns(catalog: Catalog) -> Rows:
    rows: Rows = []
    for database in catalog.databases():
        for table in catalog.tables(database):
            first = len(table.columns) - table.partition_columns
            rows += [
                (
                    CATALOG,
                    database,
                    table.name,
                    column.name,
                    index + 1,
                    None,
                    "YES",
                    str(column.kind),
                    column.comment or None,
                    "partition key" if index >= first else None,
                )
                for index, column in enumerate(table.columns)
            ]
    return rows


_TABLES: dict[str, tuple[list[str], Callable[[Catalog], Rows]]] = {
    "schemata": (["catalog_name", "schema_name"], _schemata),
    "tables": (["table_catalog", "table_schema", "table_name", "table_type"], _tables),
    "views": (["table_catalog", "table_schema", "table_name", "view_definition"], _views),
    "columns": (
        [
            "table_catalog",
            "table_schema",
            "table_name",
            "column_name",
            "ordinal_position",
            "column_default",
            "is_nullable",
            "data_type",
            "comment",
            "extra_info",
        ],
        _columns,
    ),
}
