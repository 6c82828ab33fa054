"""A PostgreSQL session by ADBC's own interface.

Its DB-API layer would import Arrow's datasets and compute kernels: 15 MiB for nothing used here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import adbc_driver_manager as adbc
import adbc_driver_postgresql
import pyarrow as pa

AdbcError = adbc.Error


class AdbcSession:
    """One connection, whose first statement begins a transaction."""

    def __init__(self, uri: str) -> None:
        self._database = adbc_driver_postgresql.connect(uri)
        try:
            self._connection = adbc.AdbcConnection(self._database)
        except BaseException:
            self._database.close()
            raise
        self._connection.set_autocommit(False)

    def close(self) -> None:
        """End the transaction and the connection."""
        self._connection.close()
        self._database.close()

    def execute(self, statement: str) -> None:
        """Run a statement that answers nothing. Raises AdbcError."""
        with adbc.AdbcStatement(self._connection) as prepared:
            prepared.set_sql_query(statement)
            prepared.execute_update()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """All rows of a small answer. Raises AdbcError."""
        with self.batches(query) as batches:
            return [tuple(row.values()) for batch in batches for row in batch.to_pylist()]

    @contextmanager
    def batches(
        self, query: str, batch_bytes: int | None = None
    ) -> Iterator[Iterator[pa.RecordBatch]]:
        """An answer's rows as they come. Raises AdbcError, OSError.

        Args:
            query: Of columns of different names.
            batch_bytes: After which a batch ends, about.
        """
        with adbc.AdbcStatement(self._connection) as prepared:
            if batch_bytes is not None:
                prepared.set_options(**{"adbc.postgresql.batch_size_hint_bytes": str(batch_bytes)})
            prepared.set_sql_query(query)
            handle, _ = prepared.execute_query()
            with pa.RecordBatchReader.from_stream(handle) as reader:
                yield reader
