"""Read, check, transform and stage one run's rows in one pass over its files."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pyspark.sql import Column, DataFrame, Observation, SparkSession, Window
from pyspark.sql import functions as F

from millrace_etl.errors import ColumnsMismatch, TransformInvalid
from millrace_etl.rules import good_sql, reasons_sql
from millrace_etl.spark.failures import typed_failures
from millrace_etl.spark.layout import rebalanced
from millrace_etl.spark.merging import files_sharing_keys, merge_rows
from millrace_etl.spark.paths import shown_path
from millrace_etl.spark.reading import Rows, read_rows
from millrace_etl.spark.session import size_shuffles
from millrace_etl.spark.transforming import ORDER, check_result, transform
from millrace_etl.work import Counts, Merge, Staged, Work

_READ = "rows_read"
_SMALL_BYTES = 512 * 1024**2
"""Input below which one shuffle serves both the keys and the partitions of the table."""
_NUMBERED_BYTES = 1024**3
"""Files up to this size are read by one task each to number the lines of their bad rows."""


class SparkEngine:
    """Engine on a Spark session, which is asked for when it is first needed."""

    def __init__(self, session: Callable[[], SparkSession]) -> None:
        self._session = session

    def stage(self, work: Work) -> Staged:
        with typed_failures():
            return self._stage_by_lines_or_whole(self._session(), work)

    def files_to_rewrite(self, merge: Merge) -> frozenset[str]:
        with typed_failures():
            return files_sharing_keys(self._session(), merge)

    def merge(self, merge: Merge) -> None:
        with typed_failures():
            merge_rows(self._session(), merge)

    def _stage_by_lines_or_whole(self, session: SparkSession, work: Work) -> Staged:
        files = [file for group in work.groups for file in group.files]
        size_shuffles(session, sum(file.size_bytes for file in files))
        staged = self._stage(session, work, whole_files=False)
        if staged is None:
            staged = self._stage(session, work, whole_files=True)
        if staged is None:
            raise ColumnsMismatch("the header lines found are not one for each file")
        return staged

    def _stage(self, session: SparkSession, work: Work, *, whole_files: bool) -> Staged | None:
        rows = read_rows(session, work, whole_files=whole_files)
        judged = rows.frame.withColumn("_good", F.expr(good_sql(work.spec.columns)))
        read, transformed, kept = Observation(_READ), Observation(), Observation()
        counted = judged.observe(
            read,
            F.count(F.lit(1)).alias("lines"),
            F.sum(F.expr("CAST(_header AS BIGINT)")).alias("headers"),
            F.sum(F.expr("CAST(NOT _header AND NOT _good AS BIGINT)")).alias("bad"),
            F.sum(F.expr("CAST(_open_quote AS BIGINT)")).alias("open_quotes"),
        )
        good = counted.where("_good AND NOT _header")
        names = [column.name for column in work.spec.columns]
        order = [self._order(session, work)] if work.spec.keys else []
        refined = good.select(*names, *order)
        if work.transform is not None:
            refined = transform(session, refined, work.transform)
            _require_source(refined)
        check_result(refined, work.spec)
        result = refined.observe(transformed, F.count(F.lit(1)).alias("rows"))
        result = _laid_out(session, result, work).observe(kept, F.count(F.lit(1)).alias("rows"))
        _write(result, work.rows_uri, work.spec.write.partition_by)
        seen = read.get
        if rows.by_line and _lines_are_not_records(rows, seen):
            return None
        headers, bad = seen["headers"] or 0, seen["bad"] or 0
        if bad:
            _write(self._bad_rows(session, work, whole_files=whole_files), work.quarantine_uri, ())
        counts = Counts(
            rows_read=seen["lines"] - headers,
            rows_bad=bad,
            rows_transformed=transformed.get["rows"],
            rows_kept=kept.get["rows"],
        )
        return Staged(counts, tuple(result.dtypes))

    def _order(self, session: SparkSession, work: Work) -> Column:
        files = [file for group in work.groups for file in group.files]
        if len(files) == 1:
            return F.struct("_block", "_id").alias(ORDER)
        places = F.create_map(
            *[F.lit(part) for file in files for part in (shown_path(session, file.uri), file.order)]
        )
        return F.struct(places[F.col("_file")].alias("_place"), "_block", "_id").alias(ORDER)

    def _bad_rows(self, session: SparkSession, work: Work, *, whole_files: bool) -> DataFrame:
        files = [file for group in work.groups for file in group.files]
        largest = max(file.size_bytes for file in files)
        numbered = largest <= _NUMBERED_BYTES
        if numbered:
            # Each file becomes one task's part, so that the count within the part is the file's.
            session.conf.set("spark.sql.files.maxPartitionBytes", str(largest + 1))
            session.conf.set("spark.sql.files.openCostInBytes", str(largest + 1))
        rows = read_rows(session, work, whole_files=whole_files)
        keys = F.create_map(
            *[F.lit(part) for file in files for part in (shown_path(session, file.uri), file.key)]
        )
        record = F.expr("(_id & 8589934591) + 1") if numbered else F.lit(None)
        return rows.frame.where(f"NOT _header AND NOT ({good_sql(work.spec.columns)})").select(
            F.expr(reasons_sql(work.spec.columns)).alias("reasons"),
            F.col("_raw").alias("row"),
            keys[F.col("_file")].alias("file"),
            record.cast("bigint").alias("record"),
            F.lit(work.run_id).alias("run_id"),
        )


def _require_source(refined: DataFrame) -> None:
    # A plan that does not read the files would never tell what it counted.
    if f"CollectMetrics {_READ}" not in refined._jdf.queryExecution().optimizedPlan().toString():
        raise TransformInvalid("transform.sql: the query reads no row of source")


def _lines_are_not_records(rows: Rows, seen: dict[str, int]) -> bool:
    return bool(seen["open_quotes"]) or (seen["headers"] or 0) != rows.header_lines


def _laid_out(session: SparkSession, rows: DataFrame, work: Work) -> DataFrame:
    """Rows without duplicates by key, arranged so that each partition is few files."""
    keys, partition_by = work.spec.keys, work.spec.write.partition_by
    size = sum(file.size_bytes for group in work.groups for file in group.files)
    one_shuffle = size < _SMALL_BYTES and set(partition_by) <= set(keys)
    if keys:
        if one_shuffle and partition_by:
            count = int(session.conf.get("spark.sql.shuffle.partitions") or 1)
            rows = rows.repartition(count, *partition_by)
        rows = _without_duplicates(rows, keys)
        if one_shuffle:
            return rows
    return rebalanced(rows, partition_by)


def _without_duplicates(rows: DataFrame, keys: Sequence[str]) -> DataFrame:
    values = [name for name in rows.columns if name != ORDER]
    # Without an order of reading, the largest row is kept: the same one each time.
    latest = [ORDER] if ORDER in rows.columns else values
    window = Window.partitionBy(*keys).orderBy(*[F.desc(name) for name in latest])
    return rows.withColumn("_rank", F.row_number().over(window)).where("_rank = 1").select(*values)


def _write(rows: DataFrame, uri: str, partition_by: Sequence[str]) -> None:
    rows.write.mode("overwrite").partitionBy(*partition_by).parquet(uri)
