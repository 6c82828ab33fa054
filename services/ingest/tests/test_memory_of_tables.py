"""The memory of a worker's process stays the same, however many rows a table has."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import partial

import psycopg

FEW, MANY = 10_000, 105_000
COLUMNS = "(id BIGINT PRIMARY KEY, note VARCHAR(400), price NUMERIC(12,2), at TIMESTAMP NULL)"


def _spec(url, **more):
    return {"kind": "sql", "url": url, "table": "heavy", "key": ["id"], **more}


def test_a_table_of_sqlite(on_scale, tmp_path):
    def fill(rows):
        (tmp_path / "shop.db").unlink(missing_ok=True)
        with closing(sqlite3.connect(tmp_path / "shop.db")) as shop, shop:
            shop.execute(f"CREATE TABLE heavy {COLUMNS}")
            numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ?)"
            filled = "SELECT i, hex(randomblob(200)), i * 0.25, '2024-02-29 12:00:00' FROM n"
            shop.execute(f"INSERT INTO heavy {numbers} {filled}", (rows,))
        return _spec("sqlite:///{mount}/shop.db")

    on_scale(tmp_path).weigh("a table of SQLite", partial(fill, FEW), partial(fill, MANY))


def test_a_table_of_postgres(on_scale, tmp_path, postgres_server):
    url, user = postgres_server

    def fill(rows):
        with psycopg.connect(url.replace("//", f"//{user}@"), autocommit=True) as shop:
            shop.execute("DROP TABLE IF EXISTS heavy")
            shop.execute(f"CREATE TABLE heavy {COLUMNS}")
            noise = "||".join(f"md5(({n} * i)::text)" for n in range(1, 13))
            filled = f"SELECT i, {noise}, i * 0.25, '2024-02-29 12:00:00'"
            shop.execute(f"INSERT INTO heavy {filled} FROM generate_series(1, {rows}) AS i")
        return _spec(url, secret="millrace/source")

    small, large = partial(fill, FEW), partial(fill, MANY)
    on_scale(tmp_path).weigh("a table of PostgreSQL", small, large, secret={"user": user})


def test_a_table_of_mariadb(on_scale, tmp_path, mariadb_server):
    url, shop = mariadb_server

    def fill(rows):
        with shop.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS heavy")
            cursor.execute(f"CREATE TABLE heavy {COLUMNS}")
            noise = ", ".join(f"md5({n} * seq)" for n in range(1, 13))
            filled = f"SELECT seq, CONCAT({noise}), seq * 0.25, '2024-02-29 12:00:00'"
            cursor.execute(f"INSERT INTO heavy {filled} FROM seq_1_to_{rows}")
        return _spec(url, secret="millrace/source")

    small, large = partial(fill, FEW), partial(fill, MANY)
    secret = {"user": "root", "password": ""}
    on_scale(tmp_path).weigh("a table of MariaDB", small, large, secret=secret)
