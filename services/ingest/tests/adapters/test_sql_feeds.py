"""Tables of real databases, from their first row to the Parquet that lands."""

from __future__ import annotations

import io
import sqlite3
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import adbc_driver_postgresql.dbapi as pg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from databases import find_mariadb, mariadb, postgres

from millrace_contracts.dataset import SqlSource
from millrace_contracts.state import LIVE, Extraction
from millrace_ingest.adapters.sql import feed as feeds
from millrace_ingest.adapters.sql.feed import connect_sql
from millrace_ingest.errors import (
    SourceMalformed,
    SourceMissing,
    SourceRefused,
    SourceUnavailable,
    TerminalError,
)
from millrace_ingest.secret import NO_SECRET, Secret

NOW = datetime(2024, 2, 29, 12, tzinfo=UTC)


def extraction_of(scope=LIVE, since="", until=""):
    later = NOW + timedelta(minutes=1)
    return Extraction("orders", scope, "e1", "r1", NOW, since, until, "r1", later)


class Bench:
    """A database with a table ``orders``."""

    def __init__(self, url, execute, name, secret=NO_SECRET):
        self.url, self.execute, self.name, self.secret = url, execute, name, secret

    def insert(self, *rows):
        for number, at in rows:
            moment = at if self.name == "sqlite" else at.replace("T", " ")
            self.execute(
                "INSERT INTO orders (id, changed_at, name) "
                f"VALUES ({number}, '{moment}', 'n{number}')"
            )

    def source(self, **spec):
        return SqlSource.model_validate(
            {"kind": "sql", "url": self.url, "table": "orders", "key": ["id"]} | spec
        )

    def connect(self, **spec):
        return connect_sql(self.source(**spec), self.secret, "")


@pytest.fixture(scope="module")
def postgres_server(tmp_path_factory):
    with postgres(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.fixture(scope="module")
def mariadb_server(tmp_path_factory):
    program = find_mariadb()
    if program is None:
        pytest.skip("mariadbd is not installed (Debian package mariadb-server)")
    with mariadb(tmp_path_factory.mktemp("mariadb"), program) as server:
        yield server


@pytest.fixture(params=["postgres", "mariadb", "sqlite"])
def bench(request, tmp_path):
    if request.param == "postgres":
        yield from _postgres(*request.getfixturevalue("postgres_server"))
    elif request.param == "mariadb":
        url, connection = request.getfixturevalue("mariadb_server")
        yield from _with_orders(Bench(url, connection.cursor().execute, "mariadb"), "DATETIME(6)")
    else:
        connection = sqlite3.connect(tmp_path / "shop.db", isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        url = f"sqlite:///{tmp_path}/shop.db"
        yield from _with_orders(Bench(url, connection.execute, "sqlite"), "DATETIME")
        connection.close()


@pytest.fixture
def pg_bench(postgres_server):
    yield from _postgres(*postgres_server)


def _postgres(url, user):
    own = url.replace("//", f"//{user}@")
    with pg.connect(own, autocommit=True) as connection, connection.cursor() as cursor:

        def execute(statement):
            cursor.adbc_statement.set_sql_query(statement)
            cursor.adbc_statement.execute_update()

        yield from _with_orders(
            Bench(url, execute, "postgres", Secret("s", {"user": user})), "TIMESTAMP"
        )


def _with_orders(bench, moment_type):
    bench.execute("DROP TABLE IF EXISTS orders")
    bench.execute(
        f"CREATE TABLE orders (id BIGINT PRIMARY KEY, changed_at {moment_type}, name VARCHAR(20))"
    )
    yield bench
    bench.execute("DROP TABLE IF EXISTS orders")


def read_all(connected, extraction=None, *, is_late=lambda: False):
    """Rows of every segment, and the extraction behind them."""
    tables, extraction = [], extraction or extraction_of()
    while True:
        sink = io.BytesIO()
        reached = connected.read(extraction, sink, lambda: None, is_late)
        if reached.records:
            tables.append(pq.read_table(io.BytesIO(sink.getvalue())))
            assert tables[-1].num_rows == reached.records
        extraction = replace(extraction, cursor=reached.cursor, high=reached.high)
        if reached.is_end:
            return [row for table in tables for row in table.to_pylist()], extraction


DAYS = [(number, f"2024-01-{number:02d}T00:00:00.5") for number in range(1, 8)]
INCREMENTAL = {"incremental": {"column": "changed_at"}}


def test_all_rows_land_in_the_order_of_the_key(bench):
    bench.insert(*reversed(DAYS))

    with bench.connect() as connected:
        assert connected.until() == ""
        rows, _ = read_all(connected)

    assert [row["id"] for row in rows] == [1, 2, 3, 4, 5, 6, 7]
    assert rows[0]["name"] == "n1"


def test_an_empty_table_is_read_to_its_end(bench):
    with bench.connect(**INCREMENTAL) as connected:
        assert connected.until() == ""
        assert read_all(connected)[0] == []


def test_what_is_beyond_the_watermark_lands_up_to_where_the_extraction_ends(bench):
    bench.insert(*DAYS)
    with bench.connect(**INCREMENTAL) as connected:
        first, extraction = read_all(connected, extraction_of(until=connected.until()))
    bench.insert((8, "2024-01-08T00:00:00"), (9, "2024-01-09T00:00:00"))

    with bench.connect(**INCREMENTAL) as connected:
        until = connected.until()
    bench.insert((10, "2024-01-10T00:00:00"))
    with bench.connect(**INCREMENTAL) as connected:
        rows, _ = read_all(connected, extraction_of(since=extraction.high, until=until))

    assert len(first) == 7
    assert [row["id"] for row in rows] == [8, 9]


@pytest.mark.parametrize("column", ["changed_at", "id"])
def test_an_overlap_is_read_again(bench, column):
    bench.insert(*DAYS)
    if bench.name == "sqlite" and column == "changed_at":
        with (
            bench.connect(incremental={"column": column, "overlap_seconds": 1}) as connected,
            pytest.raises(SourceMalformed, match="changed_at is not"),
        ):
            read_all(connected, extraction_of(since="2024-01-06"))
        return
    overlap = {"overlap_seconds": 86_400} if column == "changed_at" else {"overlap": 1}
    since = "2024-01-06T00:00:00.5" if column == "changed_at" else "6"

    with bench.connect(incremental={"column": column} | overlap) as connected:
        rows, _ = read_all(connected, extraction_of(since=since, until=connected.until()))

    assert [row["id"] for row in rows] == [6, 7]


def test_a_window_holds_its_begin_and_not_its_end(bench):
    bench.insert(*DAYS)

    with bench.connect(incremental={"column": "id"}) as connected:
        rows, _ = read_all(connected, extraction_of("2..5", "2", "5"))

    assert [row["id"] for row in rows] == [2, 3, 4]


@pytest.mark.parametrize("incremental", [True, False])
def test_another_call_goes_on_behind_the_last_row(bench, incremental, monkeypatch):
    monkeypatch.setattr(feeds, "_GROUP_BYTES", 1)
    bench.insert(
        *[(number, f"2024-01-0{1 + number % 2}T00:00:00") for number in range(12_000)][:60]
    )
    spec = INCREMENTAL if incremental else {}
    extraction, rows, is_end = extraction_of(), [], False
    while not is_end:
        with bench.connect(**spec) as connected:
            sink = io.BytesIO()
            reached = connected.read(extraction, sink, lambda: None, lambda: True)
        if reached.records:
            rows += pq.read_table(io.BytesIO(sink.getvalue())).to_pylist()
        extraction = replace(extraction, cursor=reached.cursor, high=reached.high)
        is_end = reached.is_end
        with bench.connect(**spec) as connected:
            again = connected.read(extraction, io.BytesIO(), lambda: None, lambda: True)
        assert is_end is (again.records == 0)

    assert sorted(row["id"] for row in rows) == list(range(60))


def test_a_read_sees_one_state_of_the_table(bench, monkeypatch):
    monkeypatch.setattr(feeds, "_GROUP_BYTES", 1)
    bench.insert(*DAYS[:6])

    with bench.connect() as connected:
        assert connected._table.highest("id") == "6"
        bench.insert(DAYS[6])
        rows, _ = read_all(connected, is_late=lambda: True)

    assert len(rows) == 6


def test_a_row_without_a_value_to_order_by_is_named_and_not_left_out(bench):
    bench.insert(*DAYS)
    bench.execute("UPDATE orders SET changed_at = NULL WHERE id = 3")

    with (
        bench.connect(**INCREMENTAL) as connected,
        pytest.raises(SourceMalformed, match="changed_at"),
    ):
        read_all(connected, extraction_of(until=connected.until()))


def test_null_is_not_the_empty_text(bench):
    bench.insert(*DAYS[:2])
    bench.execute("UPDATE orders SET name = NULL WHERE id = 1")
    bench.execute("UPDATE orders SET name = '' WHERE id = 2")

    with bench.connect() as connected:
        rows, _ = read_all(connected)

    assert [row["name"] for row in rows] == [None, ""]


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


def test_a_key_of_texts_may_hold_anything(bench):
    names = ["o'neil", 'say "x"', "back\\slash", "%s", "Zürich", ""]
    bench.execute("ALTER TABLE orders ADD code VARCHAR(20)")
    for number, name in enumerate(names):
        text = name.replace("'", "''")
        text = text.replace("\\", "\\\\") if bench.name == "mariadb" else text
        bench.execute(
            "INSERT INTO orders (id, changed_at, name, code) "
            f"VALUES ({number}, '2024-01-01 00:00:00', 'n', '{text}')"
        )
    extraction, found, is_end = extraction_of(), [], False
    while not is_end:
        with bench.connect(key=["code"]) as connected:
            sink = io.BytesIO()
            reached = connected.read(extraction, sink, lambda: None, lambda: True)
        if reached.records:
            found += [row["code"] for row in pq.read_table(io.BytesIO(sink.getvalue())).to_pylist()]
        extraction = replace(extraction, cursor=reached.cursor)
        is_end = reached.is_end
    assert sorted(found) == sorted(names)


def test_postgres_types_are_kept(pg_bench):
    pg_bench.execute("DROP TABLE IF EXISTS typed")
    pg_bench.execute(
        "CREATE TABLE typed (id int PRIMARY KEY, small smallint, price numeric(12,2),"
        " free numeric, at timestamptz, wall timestamp, day date, yes boolean, weight float8,"
        " mark uuid, doc jsonb, raw bytea, tags int[])"
    )
    mark = uuid.uuid4()
    pg_bench.execute(
        "INSERT INTO typed VALUES (1, 2, 1234567890.10, 0.123456789012345678901234567890123456789,"
        " '2024-02-29 12:00:00.000001+02', '2024-02-29 12:00:00', '2024-02-29', true, 0.1,"
        f" '{mark}', '{{\"a\": 1}}', '\\xff00', '{{1,2}}')"
    )
    pg_bench.execute("INSERT INTO typed VALUES (2)")
    with pg_bench.connect(table="public.typed") as connected:
        sink = io.BytesIO()
        connected.read(extraction_of(), sink, lambda: None, lambda: False)
    pg_bench.execute("DROP TABLE typed")
    table = pq.read_table(io.BytesIO(sink.getvalue()))

    kept = dict(zip(table.schema.names, table.schema.types, strict=True))
    assert (kept["small"], kept["price"]) == (pa.int16(), pa.decimal128(12, 2))
    assert (kept["at"], kept["wall"]) == (pa.timestamp("us", tz="UTC"), pa.timestamp("us"))
    first, empty = table.to_pylist()
    assert first == {
        "id": 1,
        "small": 2,
        "price": Decimal("1234567890.10"),
        "free": "0.123456789012345678901234567890123456789",
        "at": datetime(2024, 2, 29, 10, 0, 0, 1, tzinfo=UTC),
        "wall": datetime(2024, 2, 29, 12),
        "day": date(2024, 2, 29),
        "yes": True,
        "weight": 0.1,
        "mark": str(mark),
        "doc": '{"a": 1}',
        "raw": b"\xff\x00",
        "tags": "{1,2}",
    }
    assert set(empty.values()) == {2, None}


def test_a_number_that_no_decimal_holds_is_named(pg_bench):
    pg_bench.execute("ALTER TABLE orders ADD price numeric(5,2)")
    pg_bench.execute("INSERT INTO orders VALUES (1, now(), 'n', 'NaN')")

    with pg_bench.connect() as connected, pytest.raises(SourceMalformed, match="column price"):
        read_all(connected)


def test_mariadb_types_are_kept(mariadb_server):
    url, connection = mariadb_server
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE typed (id BIGINT UNSIGNED PRIMARY KEY, price DECIMAL(12,2), at TIMESTAMP"
            " NULL, wall DATETIME(6), day DATE, doc JSON, raw BLOB, weight DOUBLE)"
        )
        cursor.execute("SET time_zone = '+02:00'")
        cursor.execute(
            "INSERT INTO typed VALUES (18446744073709551615, 1234567890.10, '2024-02-29 12:00:00',"
            " '2024-02-29 12:00:00.000001', '2024-02-29', '{}', x'ff00', 0.1)"
        )
        cursor.execute("SET time_zone = '+00:00'")
    source = {"kind": "sql", "url": url, "table": "typed", "key": ["id"]}
    with connect_sql(SqlSource.model_validate(source), NO_SECRET, "") as connected:
        rows, _ = read_all(connected)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE typed")

    assert rows == [
        {
            "id": 18446744073709551615,
            "price": Decimal("1234567890.10"),
            "at": datetime(2024, 2, 29, 10, tzinfo=UTC),
            "wall": datetime(2024, 2, 29, 12, 0, 0, 1),
            "day": date(2024, 2, 29),
            "doc": "{}",
            "raw": b"\xff\x00",
            "weight": 0.1,
        }
    ]


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
