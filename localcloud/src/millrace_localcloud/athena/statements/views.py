"""CREATE VIEW and DROP VIEW, kept in the catalog as Athena keeps them."""

from __future__ import annotations

import re

from sqlglot import exp

from millrace_localcloud.athena.catalog import CATALOG, column_inputs, encode_view
from millrace_localcloud.athena.errors import QueryFailed
from millrace_localcloud.athena.hive_types import to_hive
from millrace_localcloud.athena.selects import result_columns, translate
from millrace_localcloud.athena.session import Outcome, Session
from millrace_localcloud.athena.syntax import parse
from millrace_localcloud.athena.types import ZONED, Type
from millrace_localcloud.athena.writing.columns import column_names

_NAME = r'(?:"(?:[^"]|"")+"|`[^`]+`|[A-Za-z_]\w*)'
_DOTTED = rf"({_NAME}(?:\.{_NAME}){{0,2}})"
_CREATE = re.compile(rf"\s*CREATE\s+(OR\s+REPLACE\s+)?VIEW\s+{_DOTTED}\s+AS\b", re.IGNORECASE)
_DROP = re.compile(rf"\s*DROP\s+VIEW\s+(IF\s+EXISTS\s+)?{_DOTTED}\s*;?\s*$", re.IGNORECASE)


def dotted(text: str, database: str) -> tuple[str, str]:
    """Database and table of a name, lower case."""
    # Hive's names hold no dot: `db.t` is what SHOW CREATE TABLE answers.
    parts = [
        part.lower()
        for name in re.findall(_NAME, text)
        for part in (name.strip("`").split(".") if name.startswith("`") else [name.strip('"')])
    ]
    if len(parts) == 3 and parts[0] != CATALOG:
        raise QueryFailed("CATALOG_NOT_FOUND", f"Catalog '{parts[0]}' does not exist")
    return (parts[-2] if len(parts) > 1 else database.lower()), parts[-1]


def _without_comments(sql: str) -> str:
    """The statement with comments before its first word made blank, positions kept."""
    lead = re.match(r"(?:\s|--[^\n]*(?:\n|$)|/\*.*?\*/)*", sql, re.DOTALL)
    size = lead.end() if lead else 0
    return re.sub(r"[^\n]", " ", sql[:size]) + sql[size:]


def create_view(session: Session) -> Outcome:
    """Analyse the query and store it; its columns' types are the view's from now on."""
    sql = _without_comments(session.sql)
    found = _CREATE.match(sql)
    if found is None:
        raise QueryFailed("SYNTAX_ERROR", "mismatched input in CREATE VIEW: <name> AS is expected")
    database, name = dotted(found[2], session.database)
    if not session.catalog.has_database(database):
        raise QueryFailed("SCHEMA_NOT_FOUND", f"Schema '{database}' does not exist")
    text = sql[found.end() :].strip().rstrip(";").strip()
    offset = sql.index(text, found.end()) if text else len(sql)
    tree = parse(re.sub(r"[^\n]", " ", sql[:offset]) + text)
    if not isinstance(tree, exp.Query | exp.Values):
        raise QueryFailed("SYNTAX_ERROR", "a query is expected after AS")
    query = translate(tree, session.translation())
    columns, names = result_columns(query), column_names(query)
    definition: dict[str, object] = {
        "originalSql": text,
        "catalog": CATALOG,
        "schema": session.database.lower(),
        "columns": [
            {"name": name, "type": str(column.kind)}
            for name, column in zip(names, columns, strict=True)
        ],
    }
    hive = [(name, _hive(column.kind)) for name, column in zip(names, columns, strict=True)]
    _store(session, database, name, definition, hive, replace=bool(found[1]))
    return Outcome(statement_type="DDL", substatement_type="CREATE_VIEW")


def _hive(kind: Type) -> str:
    # Athena stores what Hive has no type for as text; the view's own definition keeps it.
    if kind.base in (ZONED, "time", "json"):
        return "string" if kind.base != ZONED else "timestamp"
    return to_hive(kind)


def _store(
    session: Session,
    database: str,
    name: str,
    definition: dict[str, object],
    columns: list[tuple[str, str]],
    *,
    replace: bool,
) -> None:
    table_input = {
        "Name": name,
        "Owner": "hadoop",
        "Retention": 0,
        "StorageDescriptor": {
            "Columns": column_inputs(columns),
            "Location": "",
            "Compressed": False,
            "NumberOfBuckets": 0,
            "SerdeInfo": {},
            "SortColumns": [],
            "StoredAsSubDirectories": False,
        },
        "PartitionKeys": [],
        "ViewOriginalText": encode_view(definition),
        "ViewExpandedText": "/* Presto View */",
        "TableType": "VIRTUAL_VIEW",
        "Parameters": {"presto_view": "true", "comment": "Presto View"},
    }
    shown = f"{CATALOG}.{database}.{name}"
    known = session.catalog.table(database, name)
    if known is not None and not known.is_view:
        raise QueryFailed("TABLE_ALREADY_EXISTS", f"Table already exists: '{shown}'")
    if known is not None and not replace:
        raise QueryFailed("TABLE_ALREADY_EXISTS", f"View already exists: '{shown}'")
    glue = session.catalog.glue
    ensure_default(session, database)
    if known is not None:
        glue.update_table(database, name, table_input)
    else:
        glue.create_table(database, name, table_input, None)


def ensure_default(session: Session, database: str) -> None:
    """Athena's ``default`` database is there before anybody makes it."""
    if database == "default" and not session.catalog.is_made(database):
        session.catalog.glue.create_database("default", {"Name": "default"})


def drop_view(session: Session) -> Outcome:
    """DROP VIEW [IF EXISTS]."""
    found = _DROP.match(_without_comments(session.sql))
    if found is None:
        raise QueryFailed("SYNTAX_ERROR", "mismatched input in DROP VIEW: a name is expected")
    database, name = dotted(found[2], session.database)
    known = session.catalog.table(database, name)
    if known is None or not known.is_view:
        if found[1] and known is None:
            return Outcome(substatement_type="DROP_VIEW")
        text = f"View '{CATALOG}.{database}.{name}' does not exist"
        raise QueryFailed("TABLE_NOT_FOUND", text)
    session.catalog.glue.delete_table(database, name)
    return Outcome(substatement_type="DROP_VIEW")
