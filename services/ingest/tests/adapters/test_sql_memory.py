import subprocess
import sys
from pathlib import Path

import adbc_driver_postgresql.dbapi as pg
from databases import postgres

MIB = 1024 * 1024
ROWS = {"few": 300_000, "many": 700_000}


def test_memory_does_not_grow_with_the_table(tmp_path_factory):
    with postgres(tmp_path_factory.mktemp("postgres")) as (url, user):
        with (
            pg.connect(url.replace("//", f"//{user}@"), autocommit=True) as connection,
            connection.cursor() as cursor,
        ):
            for table, rows in ROWS.items():
                for statement in (
                    f"CREATE TABLE {table} (id bigint PRIMARY KEY, price numeric(12,2), note text)",
                    f"INSERT INTO {table} SELECT n, (n % 100000) / 100.0, md5(n::text)"
                    f" FROM generate_series(1, {rows}) n",
                ):
                    cursor.adbc_statement.set_sql_query(statement)
                    cursor.adbc_statement.execute_update()
        peaks = {table: _peak_bytes(url, user, table) for table in ROWS}

    assert peaks["many"] < peaks["few"] + 16 * MIB
    assert peaks["many"] < 160 * MIB


def _peak_bytes(url, user, table):
    script = Path(__file__).with_name("reading_rows.py")
    done = subprocess.run(
        [sys.executable, script, url, user, table], check=True, capture_output=True, text=True
    )
    rows, peak_bytes = map(int, done.stdout.split())
    assert rows == ROWS[table]
    return peak_bytes
