"""Find out which statement a text is, and run it."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module

from sqlglot import exp

from millrace_localcloud.athena.errors import Position, QueryFailed, not_supported
from millrace_localcloud.athena.parameters import with_parameters
from millrace_localcloud.athena.selects import fetch, open_scans, translate
from millrace_localcloud.athena.session import Outcome, Session
from millrace_localcloud.athena.syntax import parse

_LEAD = re.compile(r"(?:\s|--[^\n]*(?:\n|$)|/\*.*?\*/)*", re.DOTALL)
_MODULES = "millrace_localcloud.athena.statements."
_STATEMENTS: tuple[tuple[str, str], ...] = (
    (r"CREATE\s+(OR\s+REPLACE\s+)?VIEW\b", "views.create_view"),
    (r"DROP\s+VIEW\b", "views.drop_view"),
    (r"SHOW\b", "show.show"),
    (r"DESC(RIBE)?\b", "show.describe"),
    (r"CREATE\s+(DATABASE|SCHEMA)\b", "databases.create_database"),
    (r"DROP\s+(DATABASE|SCHEMA)\b", "databases.drop_database"),
    (r"DROP\s+TABLE\b", "databases.drop_table"),
    (r"CREATE\s+EXTERNAL\s+TABLE\b", "hive_tables.create_external_table"),
    (r"CREATE\s+TABLE\b", "create_table_as.create_table_as"),
    (r"ALTER\s+TABLE\b", "alter_table.alter_table"),
    (r"MSCK\b", "alter_table.repair_table"),
    (r"INSERT\s+INTO\b", "insert.insert"),
    (r"UNLOAD\b", "unload.unload"),
    (r"PREPARE\b", "prepared.prepare"),
    (r"EXECUTE\b", "prepared.execute"),
    (r"DEALLOCATE\b", "prepared.deallocate"),
)


def run(session: Session) -> Outcome:
    """Run the session's statement.

    Raises:
        QueryFailed: With the reason that Athena would give.
    """
    lead = _LEAD.match(session.sql)
    text = session.sql[lead.end() :] if lead else session.sql
    for pattern, target in _STATEMENTS:
        if re.match(pattern, text, re.IGNORECASE):
            module, _, name = target.rpartition(".")
            statement: Callable[[Session], Outcome] = getattr(
                import_module(_MODULES + module), name
            )
            return statement(session)
    word = re.match(r"\w*", text)
    if re.match(r"SELECT|WITH|VALUES|TABLE|\(", text, re.IGNORECASE):
        return select(session)
    if word and word[0].upper() in _REFUSED:
        raise not_supported(f"{word[0].upper()} statements")
    raise QueryFailed(
        "SYNTAX_ERROR", f"mismatched input '{word[0] if word else text[:1]}'", Position(1, 1)
    )


_REFUSED = {
    *("EXPLAIN", "DELETE", "UPDATE", "MERGE", "OPTIMIZE", "VACUUM", "ANALYZE", "CALL", "GRANT"),
    *("REVOKE", "SET", "USE", "CREATE", "DROP", "ALTER", "INSERT"),
}


def select(session: Session) -> Outcome:
    """Run a query for its rows."""
    session.sql = with_parameters(session.sql, session.parameters)
    tree = parse(session.sql)
    if not isinstance(tree, exp.Query | exp.Values):
        raise not_supported(f"the statement {type(tree).__name__}")
    translation = session.translation()
    query = translate(tree, translation)
    connection = session.open_connection()
    open_scans(translation, session.lake, connection, session.spend)
    result = fetch(query, translation, connection)
    return Outcome(result.columns, result.rows, "DML", "SELECT", has_header=True)
