"""One connection to PostgreSQL, made when it is first needed and again when it was lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg.sql import SQL

from millrace_contracts.state.unavailable import StateUnavailable

_CONNECT_TIMEOUT_S = 5
_SETTINGS = "-c timezone=UTC -c statement_timeout=30000 -c lock_timeout=10000"
_SCHEMA_LOCK = 7_130_217
"""Any number that nobody else takes: two who make the tables at once would collide."""

Cursor = psycopg.Cursor[DictRow]


class PostgresConnection:
    """Statements in transactions; safe for threads, which take turns."""

    def __init__(self, url: str, schema: str) -> None:
        self._url = url
        self._schema = schema
        self._connection: psycopg.Connection[DictRow] | None = None
        self._turn = threading.RLock()

    @contextmanager
    def transaction(self) -> Iterator[Cursor]:
        """All statements of the block or none. Raises StateUnavailable when PostgreSQL is lost."""
        with self._turn:
            try:
                connection = self._open()
                with connection.transaction(), connection.cursor() as cursor:
                    yield cursor
            except psycopg.OperationalError as exc:
                raise StateUnavailable(f"PostgreSQL: {type(exc).__name__}") from exc

    def rows(self, sql: str, *values: Any) -> Sequence[DictRow]:
        """Rows that a statement answers; none for one that answers nothing."""
        with self.transaction() as cursor:
            # Every statement is a constant of this package; what varies is bound.
            cursor.execute(SQL(sql), values)
            return cursor.fetchall() if cursor.description else []

    def changes(self, sql: str, *values: Any) -> bool:
        """Whether a statement changed anything."""
        with self.transaction() as cursor:
            cursor.execute(SQL(sql), values)
            return cursor.rowcount > 0

    def close(self) -> None:
        """Give the connection back; a later statement makes another."""
        with self._turn:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _open(self) -> psycopg.Connection[DictRow]:
        if self._connection is not None and self._connection.closed:
            self.close()
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    def _connect(self) -> psycopg.Connection[DictRow]:
        connection = psycopg.connect(
            self._url,
            connect_timeout=_CONNECT_TIMEOUT_S,
            options=_SETTINGS,
            autocommit=True,
            row_factory=dict_row,
        )
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [_SCHEMA_LOCK])
            connection.execute(SQL(self._schema))
        return connection
