"""Tables and databases that cannot be read are named, without credentials."""

from __future__ import annotations

import pytest
from sql_tables import DAYS, INCREMENTAL, extraction_of, read_all

from millrace_contracts.dataset import SqlSource
from millrace_ingest.adapters.sql.feed import connect_sql
from millrace_ingest.errors import (
    SourceMalformed,
    SourceMissing,
    SourceRefused,
    SourceUnavailable,
    TerminalError,
)
from millrace_ingest.secret import NO_SECRET, Secret


def test_a_row_without_a_value_to_order_by_is_named_and_not_left_out(bench):
    bench.insert(*DAYS)
    bench.execute("UPDATE orders SET changed_at = NULL WHERE id = 3")

    with (
        bench.connect(**INCREMENTAL) as connected,
        pytest.raises(SourceMalformed, match="changed_at"),
    ):
        read_all(connected, extraction_of(until=connected.until()))


@pytest.mark.parametrize(
    ("spec", "named"),
    [
        ({"table": "nothing"}, "no such table"),
        ({"columns": ["id", "nothing"]}, "nothing"),
        ({"key": ["nothing"]}, "nothing"),
    ],
)
def test_what_is_not_there_is_named(bench, spec, named):
    with (
        pytest.raises(SourceMissing, match=named),
        bench.connect(**spec) as connected,
    ):
        read_all(connected)


def test_a_watermark_of_another_type_is_refused(bench):
    if bench.name == "sqlite":
        pytest.skip("covered by the other SQLAlchemy database: the check is the same")
    with (
        bench.connect(incremental={"column": "id"}) as connected,
        pytest.raises(TerminalError, match="tomorrow"),
    ):
        read_all(connected, extraction_of("w", "tomorrow", "5"))


def test_a_server_that_is_not_there_is_named_without_its_credentials():
    secret = Secret("s", {"user": "someone", "password": "pa:ss@word"})
    for scheme in ("postgresql", "mysql"):
        source = {"kind": "sql", "url": f"{scheme}://127.0.0.1:1/shop", "table": "t", "key": ["id"]}
        with (
            pytest.raises(SourceUnavailable) as caught,
            connect_sql(SqlSource.model_validate(source), secret, ""),
        ):
            pass
        assert "someone" not in str(caught.value)
        assert "pa:ss@word" not in str(caught.value)


def test_refused_credentials_are_named_without_themselves(postgres_server):
    secret = Secret("s", {"user": "nobody_at_all", "password": "pa:ss@word"})
    source = {"kind": "sql", "url": postgres_server[0], "table": "t", "key": ["id"]}

    with (
        pytest.raises((SourceRefused, SourceMissing)) as caught,
        connect_sql(SqlSource.model_validate(source), secret, ""),
    ):
        pass
    assert "pa:ss@word" not in str(caught.value)
    assert "nobody_at_all" not in str(caught.value)


def test_an_unknown_database_is_named():
    source = {"kind": "sql", "url": "nosuch://host/db", "table": "t", "key": ["id"]}
    with (
        pytest.raises(SourceMalformed, match="nosuch"),
        connect_sql(SqlSource.model_validate(source), NO_SECRET, ""),
    ):
        pass


def test_a_missing_sqlite_file_is_named_and_not_created(tmp_path):
    url = "sqlite:///{mount}/none.db"
    source = {"kind": "sql", "url": url, "table": "t", "key": ["id"]}
    with (
        pytest.raises(SourceMissing, match="no such file"),
        connect_sql(SqlSource.model_validate(source), NO_SECRET, str(tmp_path)),
    ):
        pass
    assert list(tmp_path.iterdir()) == []
