"""Feed of a SQL table's rows, as Parquet."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from millrace_contracts.dataset import SqlSource
from millrace_contracts.state import Extraction
from millrace_ingest.adapters.sql.tables import Span, SqlTable, span_of, text_of
from millrace_ingest.errors import SourceMalformed
from millrace_ingest.feeds import Reached
from millrace_ingest.secret import Secret

_GROUP_BYTES = 1024 * 1024
"""Of Arrow data in one row group: what is held in memory, some times over."""
_SEGMENT_BYTES = 128 * 1024 * 1024
"""Of Parquet, after which a segment ends."""
_COMPRESSION = "zstd"
_PAGE_BYTES = 64 * 1024
"""Of a column in one page: each column of a row group has a buffer of this size."""
_DICTIONARY_BYTES = 64 * 1024
"""Of a column's different values, beyond which a row group holds them as they are."""


class SqlFeed:
    """Rows in the order of the incremental column and the key.

    One query goes on from segment to segment, so that all segments of a call show one state of the
    table; another call begins behind the last row that landed. No call reads beyond the highest
    value that there was when the extraction began: a table that grows while it is read ends.
    """

    ending = ".parquet"

    def __init__(self, spec: SqlSource, table: SqlTable) -> None:
        self._spec = spec
        self._table = table
        self.place = table.place
        self._rows: Iterator[pa.RecordBatch] = iter(())
        self._rows_from: tuple[str, str] | None = None
        self._ahead: pa.RecordBatch | None = None

    def until(self) -> str:
        incremental = self._spec.incremental
        return self._table.highest(incremental.column if incremental else self._spec.key[0])

    def read(
        self,
        extraction: Extraction,
        sink: BinaryIO,
        beat: Callable[[], None],
        is_late: Callable[[], bool],
    ) -> Reached:
        after = tuple(json.loads(extraction.cursor)) if extraction.cursor else ()
        span = span_of(self._spec, extraction, after)
        if self._rows_from != (extraction.extraction_id, extraction.cursor):
            self._begin(span)
        self._rows_from = None
        records, last = 0, None
        with pq.ParquetWriter(
            sink,
            self._table.schema,
            compression=_COMPRESSION,
            data_page_size=_PAGE_BYTES,
            dictionary_pagesize_limit=_DICTIONARY_BYTES,
        ) as writer:
            while self._ahead is not None:
                group = self._group(beat)
                writer.write_table(pa.Table.from_batches(group))
                records += sum(batch.num_rows for batch in group)
                last = group[-1]
                if sink.tell() >= _SEGMENT_BYTES or is_late():
                    break
        if last is None:
            return Reached(extraction.cursor, extraction.high, 0, is_end=True)
        values = [text_of(last[name][last.num_rows - 1].as_py()) for name in span.order]
        cursor = json.dumps(values)
        self._rows_from = (extraction.extraction_id, cursor)
        high = values[0] if span.column else ""
        return Reached(cursor, high, records, is_end=self._ahead is None)

    def close(self) -> None:
        """End the query that is under way: no session closes while it has one."""
        close = getattr(self._rows, "close", None)
        if close is not None:
            close()

    def _begin(self, span: Span) -> None:
        if not span.after and self._table.has_null(span.order):
            raise SourceMalformed(
                f"{self.place}: a row lacks a value in {list(span.order)}, which order the rows"
            )
        self.close()
        self._rows = self._table.batches(span)
        self._ahead = self._next()

    def _group(self, beat: Callable[[], None]) -> list[pa.RecordBatch]:
        group: list[pa.RecordBatch] = []
        size_bytes = 0
        while self._ahead is not None and size_bytes < _GROUP_BYTES:
            group.append(self._ahead)
            size_bytes += self._ahead.nbytes
            beat()
            self._ahead = self._next()
        return group

    def _next(self) -> pa.RecordBatch | None:
        return next((batch for batch in self._rows if batch.num_rows), None)


@contextmanager
def connect_sql(spec: SqlSource, secret: Secret, mount: str) -> Iterator[SqlFeed]:
    """Open a table for the length of a context.

    Args:
        spec: The source as declared.
        secret: What it names; NO_SECRET without one.
        mount: Directory that ``{mount}`` in its URL stands for.

    Raises:
        SourceMissing: There is no such database, table or column.
        SourceRefused: The database wants other credentials.
        SourceMalformed: No driver knows the URL.
        SourceUnavailable: It cannot be reached just now.
    """
    with closing(_open(spec, secret, mount)) as table, closing(SqlFeed(spec, table)) as feed:
        yield feed


def _open(spec: SqlSource, secret: Secret, mount: str) -> Any:
    if spec.url.startswith(("postgresql:", "postgresql+")):
        from millrace_ingest.adapters.sql.postgres import PostgresTable

        return PostgresTable(spec, secret)
    from millrace_ingest.adapters.sql.sqlalchemy_table import SqlAlchemyTable

    return SqlAlchemyTable(spec, secret, mount)
