"""Upsert: a run's staged rows together with the table's rows of other keys."""

from __future__ import annotations

from functools import reduce

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from millrace_etl.spark.layout import rebalanced
from millrace_etl.spark.paths import literal_path, shown_path
from millrace_etl.work import Merge


def files_sharing_keys(session: SparkSession, merge: Merge) -> frozenset[str]:
    """Those of ``merge.existing`` with a row whose key is staged; reads the keys alone."""
    found = (
        _existing(session, merge)
        .select(*merge.keys, F.col("_metadata.file_path").alias("_file"))
        .join(_new_keys(session, merge), _same_key(merge), "left_semi")
        .select("_file")
        .distinct()
        .collect()
    )
    shown = {shown_path(session, uri): uri for uri in merge.existing}
    return frozenset(shown[row["_file"]] for row in found)


def merge_rows(session: SparkSession, merge: Merge) -> None:
    """Write the staged rows and the other rows of the partitions they change.

    Rows of the table whose key is staged leave; keys that are null are equal to each other.
    """
    names = [name for name, _ in merge.columns]
    kept = _existing(session, merge).join(_new_keys(session, merge), _same_key(merge), "left_anti")
    rows = _staged(session, merge).unionByName(kept.select(*names))
    arranged = rebalanced(rows, merge.partition_by)
    arranged.write.mode("overwrite").partitionBy(*merge.partition_by).parquet(merge.merged_uri)


def _staged(session: SparkSession, merge: Merge) -> DataFrame:
    names = [name for name, _ in merge.columns]
    return session.read.schema(_schema(merge)).parquet(merge.staged_uri).select(*names)


def _existing(session: SparkSession, merge: Merge) -> DataFrame:
    paths = [literal_path(uri) for uri in merge.existing]
    reader = session.read.schema(_schema(merge)).option("basePath", merge.table_uri)
    return reader.parquet(*paths)


def _new_keys(session: SparkSession, merge: Merge) -> DataFrame:
    staged = _staged(session, merge)
    return staged.select(*[F.col(key).alias(f"_new_{key}") for key in merge.keys])


def _same_key(merge: Merge) -> Column:
    return reduce(
        Column.__and__, [F.col(key).eqNullSafe(F.col(f"_new_{key}")) for key in merge.keys]
    )


def _schema(merge: Merge) -> str:
    return ", ".join(f"`{name}` {kind}" for name, kind in merge.columns)
