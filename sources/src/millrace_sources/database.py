"""Airlines: a table of a SQLite database."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from millrace_sources.tables import Row

_SCHEMA = """
CREATE TABLE airlines (
    carrier TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    updated_at TIMESTAMP NOT NULL
)
"""
_UPDATED_AT = "2013-01-01 00:00:00.000000"


def write_database(airlines: Sequence[Row], file: Path) -> None:
    """Make the database, unless it is there."""
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    hidden = file.with_name(f".{file.name}")
    hidden.unlink(missing_ok=True)
    with closing(sqlite3.connect(hidden)) as connection, connection:
        connection.execute(_SCHEMA)
        connection.executemany(
            "INSERT INTO airlines VALUES (?, ?, ?)",
            [(row["carrier"], row["name"], _UPDATED_AT) for row in airlines],
        )
    hidden.replace(file)
