"""Expressions, each with the value that Trino's documentation gives, or the refusal.

``page`` of each file names the pages of https://trino.io/docs/current/ that it was derived from.
"""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from millrace_localcloud.athena.engine import opened
from millrace_localcloud.athena.errors import QueryFailed
from millrace_localcloud.athena.session import Session
from millrace_localcloud.athena.statements.run import run

FILES = sorted((Path(__file__).parent / "probes").glob("*.toml"))


def probes(kind):
    for file in FILES:
        for sql, expected in tomllib.loads(file.read_text())[kind]:
            yield pytest.param(sql, expected, id=f"{file.stem}: {sql}")


class NoTables:
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


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    folder = tmp_path_factory.mktemp("engine")
    with opened(folder / "lake", folder / "work") as connection:
        yield Engine(connection)


def value_of(expression, engine):
    session = Session(
        sql=f"SELECT {expression} AS value",
        database="default",
        catalog=NoTables(),
        lake=None,
        now=datetime(2020, 5, 5, 10, tzinfo=UTC),
        open_connection=engine.cleared,
        is_stopped=lambda: False,
    )
    return run(session).rows[0][0]


@pytest.mark.parametrize(("expression", "expected"), list(probes("right")))
def test_has_the_documented_value(expression, expected, engine):
    found = value_of(expression, engine)

    assert ("<null>" if found is None else found) == expected


@pytest.mark.parametrize(("expression", "code"), list(probes("refused")))
def test_is_refused_by_name(expression, code, engine):
    with pytest.raises(QueryFailed) as failed:
        value_of(expression, engine)

    assert failed.value.code == code
