"""Rows that are kept aside, with every rule they broke and where they were read."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from millrace_etl.columns.masking import withheld_row_sql
from millrace_etl.columns.rules import reasons_sql
from millrace_etl.spark.places import landed_key
from millrace_etl.work import Work

RECORD = "(_id & 8589934591) + 1"
"""Number of a row in its file, where one task reads the whole file ("monotonically_increasing_id",
Spark SQL functions: the lower 33 bits count the rows of a partition)."""


def quarantined_rows(
    session: SparkSession, work: Work, judged: DataFrame, *, numbered: bool, by_line: bool
) -> DataFrame:
    """The quarantine of one run.

    Args:
        session: The Spark session.
        work: What was read.
        judged: Every row with ``_clean`` and ``_good``.
        numbered: Whether each file is read by one task.
        by_line: Whether lines are counted; else records are.
    """
    return judged.where("NOT _header AND NOT _clean").select(
        F.expr(reasons_sql(work.spec.columns)).alias("reasons"),
        *origin_of_row(session, work, numbered=numbered, by_line=by_line),
        F.col("_good").alias("written"),
        F.lit(work.run_id).alias("run_id"),
    )


def origin_of_row(
    session: SparkSession, work: Work, *, numbered: bool, by_line: bool
) -> tuple[Column, ...]:
    """A row as it was read, and its place; arguments as for ``quarantined_rows``."""
    return (
        F.expr(withheld_row_sql(work.spec.columns)).alias("row"),
        landed_key(session, work).alias("file"),
        (F.expr(RECORD) if numbered else F.lit(None)).cast("bigint").alias("record"),
        F.lit("line" if by_line else "record").alias("counted"),
    )
