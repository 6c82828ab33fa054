"""Arrange rows so that each partition becomes few files of good size."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import DataFrame


def rebalanced(rows: DataFrame, partition_by: Sequence[str]) -> DataFrame:
    """The same rows, of one partition together, with skewed and small ones evened out.

    Spark SQL guide, "Hints": REBALANCE lets adaptive execution size the files. Its columns can be
    named in SQL only; ``DataFrame.hint`` takes texts for values.
    """
    if not partition_by:
        return rows.hint("rebalance")
    columns = ", ".join(f"`{name}`" for name in partition_by)
    return rows.sparkSession.sql(f"SELECT /*+ REBALANCE({columns}) */ * FROM {{rows}}", rows=rows)
