"""Runs one statement as Athena would, on a database that all probes of a module share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from millrace_localcloud.athena.engine import opened
from millrace_localcloud.athena.session import Session
from millrace_localcloud.athena.statements.run import run


class NoTables:
    """A catalog with databases and without tables."""

    def has_database(self, name):
        return True

    def table(self, database, name):
        return None


class Engine:
    """One database for all probes, without what the probe before has added."""

    def __init__(self, connection):
        self._connection, self._functions = connection, []

    def create_function(self, name, *declared, **how):
        self._functions.append(name)
        self._connection.create_function(name, *declared, **how)

    def __getattr__(self, name):
        return getattr(self._connection, name)

    def cleared(self):
        while self._functions:
            self._connection.remove_function(self._functions.pop())
        return self

    def rows(self, sql):
        """The rows that Athena's result file holds; None is NULL."""
        session = Session(
            sql=sql,
            database="default",
            catalog=NoTables(),
            lake=None,
            now=datetime(2020, 5, 5, 10, tzinfo=UTC),
            open_connection=self.cleared,
            is_stopped=lambda: False,
        )
        return run(session).rows


@contextmanager
def opened_engine(folder) -> Iterator[Engine]:
    with opened(folder / "lake", folder / "work") as connection:
        yield Engine(connection)
