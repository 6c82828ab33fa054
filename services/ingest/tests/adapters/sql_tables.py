"""A table of a real database, and how a test reads it."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import adbc_driver_postgresql.dbapi as pg
import pyarrow.parquet as pq

from millrace_contracts.dataset import SqlSource
from millrace_contracts.state import LIVE, Extraction
from millrace_ingest.adapters.sql.feed import connect_sql
from millrace_ingest.secret import NO_SECRET, Secret

NOW = datetime(2024, 2, 29, 12, tzinfo=UTC)


DAYS = [(number, f"2024-01-{number:02d}T00:00:00.5") for number in range(1, 8)]


INCREMENTAL = {"incremental": {"column": "changed_at"}}


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


def with_orders(bench, moment_type):
    bench.execute("DROP TABLE IF EXISTS orders")
    bench.execute(
        f"CREATE TABLE orders (id BIGINT PRIMARY KEY, changed_at {moment_type}, name VARCHAR(20))"
    )
    yield bench
    bench.execute("DROP TABLE IF EXISTS orders")


def postgres_bench(url, user):
    own = url.replace("//", f"//{user}@")
    with pg.connect(own, autocommit=True) as connection, connection.cursor() as cursor:

        def execute(statement):
            cursor.adbc_statement.set_sql_query(statement)
            cursor.adbc_statement.execute_update()

        yield from with_orders(
            Bench(url, execute, "postgres", Secret("s", {"user": user})), "TIMESTAMP"
        )


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
