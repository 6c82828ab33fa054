"""CREATE DATABASE, DROP DATABASE and DROP TABLE."""

from __future__ import annotations

import re
from typing import Any

from millrace_localcloud.athena.errors import QueryFailed, not_supported
from millrace_localcloud.athena.lake import split_location
from millrace_localcloud.athena.session import Outcome, Session
from millrace_localcloud.athena.statements.reader import Reader
from millrace_localcloud.athena.statements.views import dotted

_NAME = r"((?:`[^`]+`|\"[^\"]+\"|\w+)(?:\.(?:`[^`]+`|\"[^\"]+\"|\w+))*)"


def create_database(session: Session) -> Outcome:
    """CREATE DATABASE [IF NOT EXISTS] name [COMMENT] [LOCATION] [WITH DBPROPERTIES]."""
    reader = Reader(session.sql)
    reader.expect("CREATE")
    if not reader.accept("DATABASE"):
        reader.expect("SCHEMA")
    if_absent = reader.accept("IF", "NOT", "EXISTS")
    name = reader.name()
    described: dict[str, Any] = {"Name": name}
    if reader.accept("COMMENT"):
        described["Description"] = reader.text()
    if reader.accept("LOCATION"):
        described["LocationUri"] = reader.text()
        split_location(described["LocationUri"])
    if reader.accept("WITH", "DBPROPERTIES"):
        described["Parameters"] = reader.properties()
    reader.end()
    if not session.catalog.has_database(name):
        session.catalog.glue.create_database(name, described)
    elif not if_absent:
        raise QueryFailed("SCHEMA_ALREADY_EXISTS", f"Database {name} already exists")
    return Outcome(substatement_type="CREATE_DATABASE")


def drop_database(session: Session) -> Outcome:
    """DROP DATABASE [IF EXISTS] name [CASCADE]; only an empty one without CASCADE."""
    found = _matched(
        rf"DROP\s+(?:DATABASE|SCHEMA)\s+(IF\s+EXISTS\s+)?{_NAME}(?:\s+(CASCADE|RESTRICT))?\s*;?\s*$",
        session,
    )
    name = found[2].strip('`"').lower()
    if not session.catalog.is_made(name):
        if found[1]:
            return Outcome(substatement_type="DROP_DATABASE")
        raise QueryFailed("SCHEMA_NOT_FOUND", f"Schema '{name}' does not exist")
    if session.catalog.tables(name) and (found[3] or "").upper() != "CASCADE":
        raise QueryFailed(
            "SCHEMA_NOT_EMPTY", f"Database {name} is not empty. One or more tables exist."
        )
    session.catalog.glue.delete_database(name)
    return Outcome(substatement_type="DROP_DATABASE")


def drop_table(session: Session) -> Outcome:
    """DROP TABLE [IF EXISTS]: the catalog's entry; the files stay, as all tables are external."""
    found = _matched(rf"DROP\s+TABLE\s+(IF\s+EXISTS\s+)?{_NAME}\s*;?\s*$", session)
    database, name = dotted(found[2], session.database)
    table = session.catalog.table(database, name)
    if table is None:
        if found[1]:
            return Outcome(substatement_type="DROP_TABLE")
        raise QueryFailed("TABLE_NOT_FOUND", f"Table {database}.{name} does not exist")
    if table.is_view:
        raise QueryFailed("NOT_SUPPORTED", f"{database}.{name} is a view: use DROP VIEW")
    session.catalog.glue.delete_table(database, name)
    return Outcome(substatement_type="DROP_TABLE")


def _matched(pattern: str, session: Session) -> re.Match[str]:
    found = re.match(pattern, session.sql.strip(), re.IGNORECASE)
    if found is None:
        raise not_supported(f"the statement {session.sql.strip()[:60]!r}")
    return found
