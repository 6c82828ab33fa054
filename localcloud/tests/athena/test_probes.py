"""Expressions, each with the value that Trino's documentation gives, or the refusal.

``page`` of each file names the pages of https://trino.io/docs/current/ that it was derived from.
"""

from __future__ import annotations

import tomllib
from contextlib import ExitStack
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


def value_of(expression, folder):
    with ExitStack() as stack:
        session = Session(
            sql=f"SELECT {expression} AS value",
            database="default",
            catalog=NoTables(),
            lake=None,
            now=datetime(2020, 5, 5, 10, tzinfo=UTC),
            open_connection=lambda: stack.enter_context(opened(folder / "lake", folder / "work")),
            is_stopped=lambda: False,
        )
        rows = run(session).rows
    return rows[0][0]


@pytest.mark.parametrize(("expression", "expected"), list(probes("right")))
def test_has_the_documented_value(expression, expected, tmp_path):
    found = value_of(expression, tmp_path)

    assert ("<null>" if found is None else found) == expected


@pytest.mark.parametrize(("expression", "code"), list(probes("refused")))
def test_is_refused_by_name(expression, code, tmp_path):
    with pytest.raises(QueryFailed) as failed:
        value_of(expression, tmp_path)

    assert failed.value.code == code
