"""Arrange rows so that each partition becomes few files of good size."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F

from millrace_etl.spark.python_transform import ORDER
from millrace_etl.work import Work

_SMALL_BYTES = 512 * 1024**2
"""Input below which one shuffle serves both the keys and the partitions of the table."""


def laid_out(session: SparkSession, rows: DataFrame, work: Work) -> DataFrame:
    """Rows without duplicates by key, arranged so that each partition is few files."""
    keys, partition_by = work.spec.keys, work.spec.write.partition_by
    size = sum(file.size_bytes for file in work.files)
    one_shuffle = size < _SMALL_BYTES and set(partition_by) <= set(keys)
    if keys:
        if one_shuffle and partition_by:
            count = int(session.conf.get("spark.sql.shuffle.partitions") or 1)
            rows = rows.repartition(count, *partition_by)
        rows = _without_duplicates(rows, keys, work.spec.write.order_by)
        if one_shuffle:
            return rows
    return rebalanced(rows, partition_by)


def _without_duplicates(rows: DataFrame, keys: Sequence[str], order_by: str | None) -> DataFrame:
    values = [name for name in rows.columns if name != ORDER]
    # Without an order of reading, the largest row is kept: the same one each time.
    latest = [ORDER] if ORDER in rows.columns else values
    first = [F.desc_nulls_last(order_by)] if order_by is not None else []
    window = Window.partitionBy(*keys).orderBy(*first, *[F.desc(name) for name in latest])
    return rows.withColumn("_rank", F.row_number().over(window)).where("_rank = 1").select(*values)


def rebalanced(rows: DataFrame, partition_by: Sequence[str]) -> DataFrame:
    """The same rows, of one partition together, with skewed and small ones evened out.

    Spark SQL guide, "Hints": REBALANCE lets adaptive execution size the files. Its columns can be
    named in SQL only; ``DataFrame.hint`` takes texts for values.
    """
    if not partition_by:
        return rows.hint("rebalance")
    columns = ", ".join(f"`{name}`" for name in partition_by)
    return rows.sparkSession.sql(f"SELECT /*+ REBALANCE({columns}) */ * FROM {{rows}}", rows=rows)
