"""Expressions, each with the value that Trino's documentation gives, or the refusal.

Whole statements stand under ``queries``, with their rows, and ``failures``. ``page`` of each file
names the pages of https://trino.io/docs/current/ that it was derived from.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from athena.probing import opened_engine
from millrace_localcloud.athena.errors import QueryFailed

FILES = sorted((Path(__file__).parent / "probes").glob("*.toml"))


def probes(kind):
    for file in FILES:
        for sql, expected in tomllib.loads(file.read_text()).get(kind, ()):
            yield pytest.param(sql, expected, id=f"{file.stem}: {sql}")


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    with opened_engine(tmp_path_factory.mktemp("engine")) as engine:
        yield engine


def value_of(expression, engine):
    return engine.rows(f"SELECT {expression} AS value")[0][0]


@pytest.mark.parametrize(("expression", "expected"), list(probes("right")))
def test_has_the_documented_value(expression, expected, engine):
    found = value_of(expression, engine)

    assert ("<null>" if found is None else found) == expected


@pytest.mark.parametrize(("expression", "code"), list(probes("refused")))
def test_is_refused_by_name(expression, code, engine):
    with pytest.raises(QueryFailed) as failed:
        value_of(expression, engine)

    assert failed.value.code == code


@pytest.mark.parametrize(("statement", "rows"), list(probes("queries")))
def test_a_statement_answers_the_documented_rows(statement, rows, engine):
    found = engine.rows(statement)

    assert [["<null>" if cell is None else cell for cell in row] for row in found] == rows


@pytest.mark.parametrize(("statement", "code"), list(probes("failures")))
def test_a_statement_fails_by_name(statement, code, engine):
    with pytest.raises(QueryFailed) as failed:
        engine.rows(statement)

    assert failed.value.code == code
