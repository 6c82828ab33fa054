"""Upsert: a run's staged rows together with the table's rows of other keys."""

from __future__ import annotations

from functools import reduce

from pyspark.sql import Column, DataFrame, Observation, SparkSession
from pyspark.sql import functions as F

from millrace_etl.spark.layout import rebalanced
from millrace_etl.spark.paths import literal_path, shown_path
from millrace_etl.spark.tables import schema_of, table_rows
from millrace_etl.work import Compaction, Merge, Merged


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


def merge_rows(session: SparkSession, merge: Merge) -> Merged:
    """Write the staged rows and the other rows of the partitions they change.

    Of a key that both have the staged row stays, or, where the table is ordered, the one of the
    larger value; keys that are null are equal to each other.
    """
    staged, existing = Observation(), Observation()
    names = [name for name, _ in merge.columns]
    if merge.order_by is None:
        new = _staged(session, merge)
        old = _existing(session, merge).join(
            _new_keys(session, merge), _same_key(merge), "left_anti"
        )
    else:
        new, old = _latest(session, merge, merge.order_by)
    rows = (
        new.select(*names)
        .observe(staged, F.count(F.lit(1)).alias("rows"))
        .unionByName(old.select(*names).observe(existing, F.count(F.lit(1)).alias("rows")))
    )
    arranged = rebalanced(rows, merge.partition_by)
    arranged.write.mode("overwrite").partitionBy(*merge.partition_by).parquet(merge.merged_uri)
    return Merged(staged.get["rows"], existing.get["rows"])


def _latest(session: SparkSession, merge: Merge, order_by: str) -> tuple[DataFrame, DataFrame]:
    """Staged rows that are not older than the table's of their key, and the table's that are."""
    beside = [F.col(order_by).alias("_new_order"), F.lit(True).alias("_both")]
    new_keys = _new_keys(session, merge, *beside)
    present = _existing(session, merge)
    old_keys = present.select(
        *[F.col(key).alias(f"_new_{key}") for key in merge.keys],
        F.col(order_by).alias("_old_order"),
        F.lit(True).alias("_both"),
    )
    # A missing value is the smallest: only a present one can be larger.
    table_wins = "_both AND {old} IS NOT NULL AND ({new} IS NULL OR {old} > {new})"
    old = present.join(new_keys, _same_key(merge), "left").where(
        f"_both IS NULL OR ({table_wins.format(old=f'`{order_by}`', new='_new_order')})"
    )
    new = (
        _staged(session, merge)
        .join(old_keys, _same_key(merge), "left")
        .where(f"_both IS NULL OR NOT ({table_wins.format(old='_old_order', new=f'`{order_by}`')})")
    )
    return new, old


def _staged(session: SparkSession, merge: Merge) -> DataFrame:
    names = [name for name, _ in merge.columns]
    return session.read.schema(schema_of(merge.columns)).parquet(merge.staged_uri).select(*names)


def _existing(session: SparkSession, merge: Merge) -> DataFrame:
    paths = [literal_path(uri) for uri in merge.existing]
    reader = session.read.schema(schema_of(merge.columns)).option("basePath", merge.table_uri)
    return reader.parquet(*paths)


def _new_keys(session: SparkSession, merge: Merge, *beside: Column) -> DataFrame:
    staged = _staged(session, merge)
    return staged.select(*[F.col(key).alias(f"_new_{key}") for key in merge.keys], *beside)


def _same_key(merge: Merge) -> Column:
    return reduce(
        Column.__and__, [F.col(key).eqNullSafe(F.col(f"_new_{key}")) for key in merge.keys]
    )


def compact_rows(session: SparkSession, compaction: Compaction) -> None:
    """Write a table's files anew, each partition as few of good size."""
    rows = table_rows(session, compaction.table).select(
        *[F.col(name).cast(kind).alias(name) for name, kind in compaction.columns]
    )
    rows = rebalanced(rows, compaction.partition_by)
    rows.write.mode("overwrite").partitionBy(*compaction.partition_by).parquet(
        compaction.compacted_uri
    )
