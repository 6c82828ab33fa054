"""One way each from a table of PostgreSQL to files: entered it is connected, called it reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

Read = Callable[[], object]
_CHUNK_ROWS = 50_000


@contextmanager
def millrace(url: str, user: str, table: str, folder: Path) -> Iterator[Read]:
    """The service's own adapter, to one Parquet segment."""
    from millrace_contracts.dataset import SqlSource
    from millrace_contracts.state import LIVE, Extraction
    from millrace_ingest.adapters.sql.feed import connect_sql
    from millrace_ingest.secret import Secret

    now = datetime.now(UTC)
    source = SqlSource(kind="sql", url=url, table=table, key=("id",))
    extraction = Extraction(table, LIVE, "e1", "r1", now, "", "", "r1", now)
    with (
        connect_sql(source, Secret("own", {"user": user}), "") as feed,
        (folder / "rows.parquet").open("w+b") as sink,
    ):
        yield lambda: feed.read(extraction, sink, lambda: None, lambda: False)


@contextmanager
def bare_copy(url: str, user: str, table: str, folder: Path) -> Iterator[Read]:
    """``COPY … TO STDOUT`` as CSV, its bytes written as they come: no Parquet, no types."""
    import psycopg
    from psycopg.sql import SQL, Identifier

    copying = SQL("COPY (SELECT * FROM {} ORDER BY id) TO STDOUT (FORMAT csv)")
    with (
        psycopg.connect(_with_user(url, user)) as connection,
        connection.cursor() as cursor,
        (folder / "rows.csv").open("wb") as sink,
    ):

        def read() -> None:
            with cursor.copy(copying.format(Identifier(table))) as copy:
                for chunk in copy:
                    sink.write(chunk)

        yield read


@contextmanager
def pandas_chunks(url: str, user: str, table: str, folder: Path) -> Iterator[Read]:
    """The data frames of pandas over SQLAlchemy with a server-side cursor, in chunks."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq
    import sqlalchemy as sa

    query = sa.text(f"SELECT * FROM {table} ORDER BY id")
    engine = sa.create_engine(_alchemy(url, user))
    with engine.connect().execution_options(stream_results=True) as connection:

        def read() -> None:
            writer = None
            for chunk in pd.read_sql(query, connection, chunksize=_CHUNK_ROWS):
                rows = pa.Table.from_pandas(chunk, preserve_index=False)
                writer = writer or pq.ParquetWriter(
                    folder / "rows.parquet", rows.schema, compression="zstd"
                )
                writer.write_table(rows)
            if writer is not None:
                writer.close()

        yield read


@contextmanager
def dlt_arrow(url: str, user: str, table: str, folder: Path) -> Iterator[Read]:
    """The sql_database source of dlt with its pyarrow backend. It connects when it reads."""
    import dlt
    from dlt.sources.sql_database import sql_table

    rows = sql_table(_alchemy(url, user), table=table, backend="pyarrow", chunk_size=_CHUNK_ROWS)
    pipeline = dlt.pipeline(
        f"benchmark_{table}",
        pipelines_dir=str(folder.with_suffix(".state")),
        destination=dlt.destinations.filesystem(bucket_url=folder.as_uri()),
        dataset_name="shop",
    )
    yield lambda: pipeline.run(rows, loader_file_format="parquet")


def _with_user(url: str, user: str) -> str:
    return url.replace("//", f"//{user}@", 1)


def _alchemy(url: str, user: str) -> str:
    return _with_user(url, user).replace("postgresql:", "postgresql+psycopg:", 1)


READERS: dict[str, Callable[[str, str, str, Path], AbstractContextManager[Read]]] = {
    "millrace": millrace,
    "bare COPY to CSV": bare_copy,
    "dlt, pyarrow backend": dlt_arrow,
    "pandas in chunks": pandas_chunks,
}
