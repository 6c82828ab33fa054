"""SHOW and DESCRIBE (Athena user guide, "DDL statements")."""

from __future__ import annotations

import re

from millrace_localcloud.athena.catalog import CATALOG, Table
from millrace_localcloud.athena.errors import QueryFailed, not_supported
from millrace_localcloud.athena.session import Outcome, Session, texts
from millrace_localcloud.athena.statements.table_ddl import table_ddl
from millrace_localcloud.athena.statements.views import dotted

_NAME = r"((?:`[^`]+`|\"[^\"]+\"|\w+)(?:\.(?:`[^`]+`|\"[^\"]+\"|\w+))*)"
_LIKE = r"(?:\s+(?:LIKE\s+)?'([^']*)')?\s*;?\s*$"


def show(session: Session) -> Outcome:
    """SHOW DATABASES, SCHEMAS, TABLES, VIEWS, COLUMNS, PARTITIONS, TBLPROPERTIES, CREATE."""
    text = session.sql.strip()
    found = re.match(rf"SHOW\s+(?:DATABASES|SCHEMAS){_LIKE}", text, re.IGNORECASE)
    if found:
        return texts(
            "database_name", _alike(session.catalog.databases(), found[1]), "SHOW_DATABASES"
        )
    found = re.match(rf"SHOW\s+(TABLES|VIEWS)(?:\s+IN\s+{_NAME})?{_LIKE}", text, re.IGNORECASE)
    if found:
        views = found[1].upper() == "VIEWS"
        tables = session.catalog.tables(_database(found[2], session))
        names = [one.name for one in tables if one.is_view or not views]
        column = "views" if views else "tab_name"
        return texts(column, _alike(names, found[3]), f"SHOW_{found[1].upper()}")
    found = re.match(
        rf"SHOW\s+(COLUMNS|PARTITIONS|TBLPROPERTIES|CREATE\s+VIEW|CREATE\s+TABLE)\s+(?:FROM\s+|IN\s+)?{_NAME}\s*;?\s*$",
        text,
        re.IGNORECASE,
    )
    if found:
        word = re.sub(r"\s+", "_", found[1].upper())
        return _OF_TABLE[word](_table(found[2], session), session)
    raise not_supported(f"the statement {text[:60]!r}")


def describe(session: Session) -> Outcome:
    """DESCRIBE: name, type and comment of each column."""
    found = re.match(rf"DESC(?:RIBE)?\s+{_NAME}\s*;?\s*$", session.sql.strip(), re.IGNORECASE)
    if found is None:
        raise not_supported(f"the statement {session.sql.strip()[:60]!r}")
    table = _table(found[1], session)
    rows = [f"{one.name:<20}\t{one.hive:<20}\t{one.comment:<20}" for one in table.columns]
    if table.partition_columns:
        keys = table.columns[-table.partition_columns :]
        rows += ["\t \t ", "# Partition Information\t \t ", "# col_name\tdata_type\tcomment"]
        rows += [f"{one.name:<20}\t{one.hive:<20}\t{one.comment:<20}" for one in keys]
    return texts("col_name", rows, "DESCRIBE_TABLE")


def _alike(names: list[str], pattern: str | None) -> list[str]:
    """Names that match Hive's pattern: ``*`` is anything, ``|`` a choice."""
    if pattern is None:
        return names
    form = "|".join(".*".join(map(re.escape, one.split("*"))) for one in pattern.split("|"))
    return [name for name in names if re.fullmatch(form, name, re.IGNORECASE)]


def _database(written: str | None, session: Session) -> str:
    name = (written or session.database).strip('`"').lower()
    if not session.catalog.has_database(name):
        raise QueryFailed("SCHEMA_NOT_FOUND", f"Schema '{name}' does not exist")
    return name


def _table(written: str, session: Session) -> Table:
    database, name = dotted(written, session.database)
    table = session.catalog.table(database, name)
    if table is None:
        raise QueryFailed("TABLE_NOT_FOUND", f"Table '{CATALOG}.{database}.{name}' does not exist")
    return table


def _columns(table: Table, session: Session) -> Outcome:
    return texts("field", [f"{one.name:<20}" for one in table.columns], "SHOW_COLUMNS")


def _partitions(table: Table, session: Session) -> Outcome:
    if not table.partition_columns:
        text = f"Table {table.database}.{table.name} is not a partitioned table"
        raise QueryFailed("SEMANTIC_ERROR", text)
    names = [one.name for one in table.columns[-table.partition_columns :]]
    shown = [
        "/".join(f"{name}={value}" for name, value in zip(names, one.values, strict=True))
        for one in session.catalog.partitions(table)
    ]
    return texts("partition", sorted(shown), "SHOW_PARTITIONS")


def _create_view(table: Table, session: Session) -> Outcome:
    definition = table.view_definition()
    if definition is None:
        text = f"Relation '{CATALOG}.{table.database}.{table.name}' is not a view"
        raise QueryFailed("NOT_SUPPORTED", text)
    head = f"CREATE VIEW {CATALOG}.{table.database}.{table.name} AS"
    lines = [head, *definition["originalSql"].splitlines()]
    return texts("Create View", lines, "SHOW_CREATE_VIEW")


def _create_table(table: Table, session: Session) -> Outcome:
    if table.is_view:
        text = f"{table.database}.{table.name} is a view: use SHOW CREATE VIEW"
        raise QueryFailed("NOT_SUPPORTED", text)
    lines = table_ddl(session.catalog.described(table), table)
    return texts("createtab_stmt", lines, "SHOW_CREATE_TABLE")


def _properties(table: Table, session: Session) -> Outcome:
    lines = [f"{name}\t{value}" for name, value in sorted(table.parameters.items())]
    return texts("prpt_name", lines, "SHOW_TABLEPROPERTIES")


_OF_TABLE = {
    "COLUMNS": _columns,
    "PARTITIONS": _partitions,
    "CREATE_VIEW": _create_view,
    "CREATE_TABLE": _create_table,
    "TBLPROPERTIES": _properties,
}
