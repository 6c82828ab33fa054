"""Refined tables as frames."""

from __future__ import annotations

from collections.abc import Iterable

from pyspark.sql import DataFrame, SparkSession

from millrace_etl.spark.paths import literal_path
from millrace_etl.work import TableFiles


def table_rows(session: SparkSession, table: TableFiles) -> DataFrame:
    """Rows of the table; a column that an older file lacks is null in its rows."""
    schema = schema_of(table.columns)
    if not table.uris:
        return session.createDataFrame([], schema)
    paths = [literal_path(uri) for uri in table.uris]
    reader = session.read.schema(schema).option("basePath", table.table_uri)
    return reader.parquet(*paths).select(*[name for name, _ in table.columns])


def schema_of(columns: Iterable[tuple[str, str]]) -> str:
    """The columns as Spark's DDL."""
    return ", ".join(f"`{name}` {kind}" for name, kind in columns)
