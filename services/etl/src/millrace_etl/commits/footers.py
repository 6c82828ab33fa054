"""Count the rows of staged Parquet files from their footers, independently of Spark."""

from __future__ import annotations

import io
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import pyarrow.parquet as pq

from millrace_etl.ports import ObjectStore

_TAIL_BYTES = 64 * 1024
_TRAILER_BYTES = 8
"""Length of the footer, 4 bytes, and the magic ``PAR1`` (Apache Parquet, "File Format")."""
_AT_ONCE = 16


def count_rows(store: ObjectStore, bucket: str, keys: Iterable[str]) -> int:
    """Rows of all the files together."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return sum(pool.map(lambda key: _rows(store, bucket, key), keys))


def _rows(store: ObjectStore, bucket: str, key: str) -> int:
    tail = store.last_bytes(bucket, key, _TAIL_BYTES)
    footer_bytes = int.from_bytes(tail[-_TRAILER_BYTES:-4], "little") + _TRAILER_BYTES
    if footer_bytes > len(tail):
        tail = store.last_bytes(bucket, key, footer_bytes)
    rows: int = pq.read_metadata(io.BytesIO(tail)).num_rows
    return rows
