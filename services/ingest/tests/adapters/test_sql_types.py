"""Types and values of a table, as they land in Parquet."""

from __future__ import annotations

import io
import uuid
from datetime import UTC, date, datetime
from decimal import Context, Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sql_tables import DAYS, extraction_of, read_all

from millrace_contracts.dataset import SqlSource
from millrace_ingest.adapters.sql.feed import connect_sql
from millrace_ingest.errors import (
    SourceMalformed,
)
from millrace_ingest.secret import NO_SECRET


def test_null_is_not_the_empty_text(bench):
    bench.insert(*DAYS[:2])
    bench.execute("UPDATE orders SET name = NULL WHERE id = 1")
    bench.execute("UPDATE orders SET name = '' WHERE id = 2")

    with bench.connect() as connected:
        rows, _ = read_all(connected)

    assert [row["name"] for row in rows] == [None, ""]


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


@pytest.mark.parametrize("digits", [1, 18, 19, 38])
@pytest.mark.parametrize("has_point", [True, False])
def test_postgres_decimals_are_exact_up_to_their_ends(pg_bench, digits, has_point):
    scale = digits if has_point else 0
    largest = Decimal(10**digits - 1).scaleb(-scale, Context(prec=digits))
    values = [largest, largest.copy_negate(), Decimal(0), None, Decimal(1).scaleb(-scale)]
    pg_bench.execute("DROP TABLE IF EXISTS amounts")
    pg_bench.execute(f"CREATE TABLE amounts (id int PRIMARY KEY, amount numeric({digits},{scale}))")
    for number, value in enumerate(values):
        told = "NULL" if value is None else format(value, "f")
        pg_bench.execute(f"INSERT INTO amounts VALUES ({number}, {told})")

    with pg_bench.connect(table="public.amounts") as connected:
        rows, _ = read_all(connected)
    pg_bench.execute("DROP TABLE amounts")

    assert [row["amount"] for row in rows] == values


@pytest.mark.parametrize("digits", [5, 30])
def test_a_number_that_no_decimal_holds_is_named(pg_bench, digits):
    pg_bench.execute(f"ALTER TABLE orders ADD price numeric({digits},2)")
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
