"""Servers that several modules read from."""

from __future__ import annotations

import sqlite3

import pytest
from api_server import served
from sql_tables import Bench, postgres_bench, with_orders


@pytest.fixture
def api():
    with served() as api:
        yield api


@pytest.fixture(params=["postgres", "mariadb", "sqlite"])
def bench(request, tmp_path):
    if request.param == "postgres":
        yield from postgres_bench(*request.getfixturevalue("postgres_server"))
    elif request.param == "mariadb":
        url, connection = request.getfixturevalue("mariadb_server")
        yield from with_orders(Bench(url, connection.cursor().execute, "mariadb"), "DATETIME(6)")
    else:
        connection = sqlite3.connect(tmp_path / "shop.db", isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        url = f"sqlite:///{tmp_path}/shop.db"
        yield from with_orders(Bench(url, connection.execute, "sqlite"), "DATETIME")
        connection.close()


@pytest.fixture
def pg_bench(postgres_server):
    yield from postgres_bench(*postgres_server)
