"""Read, check, transform and stage one run's rows in one pass over its files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce

from pyspark.sql import Column, DataFrame, Observation, SparkSession
from pyspark.sql import functions as F

from millrace_etl.columns.evolving import evolved
from millrace_etl.columns.masking import written_sql
from millrace_etl.columns.rules import BAD, good_sql, writable_sql
from millrace_etl.errors import ColumnsMismatch, TransformInvalid
from millrace_etl.reading.decoding.record import FILE_REFUSED
from millrace_etl.spark.failures import typed_failures
from millrace_etl.spark.late_rules import HIDDEN, LateRules
from millrace_etl.spark.layout import laid_out
from millrace_etl.spark.lookups import look_up
from millrace_etl.spark.merging import compact_rows, files_sharing_keys, merge_rows
from millrace_etl.spark.places import file_place, located
from millrace_etl.spark.python_transform import ORDER
from millrace_etl.spark.quarantine import origin_of_row, quarantined_rows
from millrace_etl.spark.reading import Rows, cast_values, read_rows
from millrace_etl.spark.replaying import only_replayed
from millrace_etl.spark.session import one_task_per_file, size_shuffles
from millrace_etl.spark.transforming import check_result, transform
from millrace_etl.work import Compaction, Counts, Merge, Merged, Staged, Work

_READ = "rows_read"


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

    def merge(self, merge: Merge) -> Merged:
        with typed_failures():
            return merge_rows(self._session(), merge)

    def compact(self, compaction: Compaction) -> None:
        with typed_failures():
            compact_rows(self._session(), compaction)

    def _stage_by_lines_or_whole(self, session: SparkSession, work: Work) -> Staged:
        size_shuffles(
            session,
            sum(file.size_bytes for file in work.files),
            len(work.files),
            partitioned=bool(work.spec.write.partition_by),
        )
        if work.replay is not None:
            one_task_per_file(session, max(file.size_bytes for file in work.files))
            staged = _stage(session, work, whole_files=work.replay.whole_files)
        else:
            staged = _stage(session, work, whole_files=False)
            if staged is None:
                staged = _stage(session, work, whole_files=True)
        if staged is None:
            raise ColumnsMismatch("the header lines found are not one for each file")
        return staged


@dataclass(frozen=True, slots=True)
class _Judged:
    frame: DataFrame
    """Every row with ``_good``: it goes on to the table."""
    rows: Rows
    clean: str
    """Flag of a row that breaks no rule."""


def _judge(session: SparkSession, work: Work, *, whole_files: bool) -> _Judged:
    columns = work.spec.columns
    rows = read_rows(session, work, whole_files=whole_files)
    frame = only_replayed(session, work, located(session, work, rows.frame))
    frame = look_up(session, work, frame, _order(session, work))
    # Spark joins the two steps into one, which casts each text once, if nothing stands between.
    values = cast_values(work.spec) if frame is rows.frame else {}
    good = good_sql(columns, values)
    # One expression where the two are the same: Spark would work it out twice.
    if work.spec.on_bad_rows.at("before").action != "warn":
        return _Judged(frame.withColumn("_good", F.expr(good)), rows, clean="_good")
    writable = writable_sql(columns, values)
    judged = frame.withColumns({"_clean": F.expr(good), "_good": F.expr(writable)})
    return _Judged(judged, rows, clean="_clean")


def _stage(session: SparkSession, work: Work, *, whole_files: bool) -> Staged | None:
    judged = _judge(session, work, whole_files=whole_files)
    read, transformed, kept = Observation(_READ), Observation(), Observation()
    counted = judged.frame.observe(read, *_counters(work, judged.clean))
    order = _order(session, work) if _carries_order(work) else None
    refined = _refined(session, work, counted, order)
    if work.transform is not None:
        _require_source(refined, work.transform.file)
    late = LateRules.of(refined, work.spec)
    if late is not None:
        refined = late.look_up(session, work, refined)
    every = F.count(F.lit(1)).alias("rows")
    refined = refined.observe(transformed, every, *(late.counters() if late else ()))
    written = refined
    if late is not None:
        written = refined.where(f"NOT {late.rejected}").drop(BAD, *late.flags)
    laid = laid_out(session, written if work.spec.keys else written.drop(ORDER), work)
    if work.spec.keys:
        laid = laid.observe(kept, every)
    _write(laid, work.rows_uri, work.spec.write.partition_by)
    seen, given = read.get, defaultdict(int, {k: v or 0 for k, v in transformed.get.items()})
    if seen["refused"]:
        raise ColumnsMismatch(seen["refused"].removeprefix(FILE_REFUSED))
    if judged.rows.by_line and work.replay is None and _lines_are_not_records(judged.rows, seen):
        return None
    headers, bad, warned = (seen[name] or 0 for name in ("headers", "bad", "warned"))
    if bad or warned or given["aside"]:
        _quarantine(session, work, whole_files, early=bool(bad or warned), late=given["aside"] > 0)
    counts = Counts(
        rows_read=seen["lines"] - headers,
        rows_bad=bad,
        rows_transformed=given["rows"],
        rows_kept=kept.get["rows"] if work.spec.keys else given["rows"] - given["rejected"],
        rows_warned=warned,
        rows_bad_during=given["during"],
        rows_bad_after=given["after"],
        rows_rejected=given["rejected"],
        rows_warned_late=given["aside"] - given["rejected"],
    )
    return Staged(counts, tuple(laid.dtypes))


def _quarantine(
    session: SparkSession, work: Work, whole_files: bool, *, early: bool, late: bool
) -> None:
    """Read the bad rows again and stage them, those before the transform and those after it."""
    numbered = one_task_per_file(session, max(file.size_bytes for file in work.files))
    judged = _judge(session, work, whole_files=whole_files)
    frame, by_line = judged.frame.withColumn("_clean", F.col(judged.clean)), judged.rows.by_line
    parts = []
    if early:
        parts.append(quarantined_rows(session, work, frame, numbered=numbered, by_line=by_line))
    if late:
        origin = F.struct(
            _order(session, work).alias("order"),
            *origin_of_row(session, work, numbered=numbered, by_line=by_line),
        )
        refined = _refined(session, work, frame, origin if _carries_order(work) else None)
        rules = LateRules.of(refined, work.spec)
        assert rules is not None
        refined = rules.look_up(session, work, refined)
        parts.append(rules.kept_aside(refined, work.run_id))
    _write(reduce(DataFrame.unionByName, parts), work.quarantine_uri, ())


def _carries_order(work: Work) -> bool:
    """Whether rows of the transform are told apart by where they were read."""
    tells = work.transform is not None and BAD in work.transform.text
    return bool(work.spec.keys or work.spec.refined) or tells


def _counters(work: Work, clean: str) -> list[Column]:
    """What is counted of the rows as they were read."""
    refusable = any(group.decoded for group in work.groups) or any(
        column.pii for column in work.spec.columns
    )

    def count(condition: str) -> Column:
        return F.sum(F.expr(f"CAST({condition} AS BIGINT)"))

    zero = F.sum(F.lit(0))
    refused = F.when(F.col("_structure").startswith(FILE_REFUSED), F.col("_structure"))
    return [
        F.count(F.lit(1)).alias("lines"),
        count("_header").alias("headers"),
        count("NOT _header AND NOT _good").alias("bad"),
        (count(f"_good AND NOT {clean} AND NOT _header") if clean != "_good" else zero).alias(
            "warned"
        ),
        count("_open_quote").alias("open_quotes"),
        F.max(refused if refusable else F.lit(None).cast("string")).alias("refused"),
    ]


def _refined(
    session: SparkSession, work: Work, counted: DataFrame, order: Column | None
) -> DataFrame:
    """Rows of the transform, with the columns that they are written with."""
    columns = work.spec.columns
    good = counted.where("_good AND NOT _header")
    written = [F.expr(written_sql(column, work.salt)).alias(column.name) for column in columns]
    hidden = [order.alias(ORDER)] if order is not None else []
    refined = transform(session, good.select(*written, *hidden), work)
    check_result(refined, work.spec)
    if work.own_table is None or work.spec.write.schema_change == "freeze":
        return refined
    found = [(name, kind) for name, kind in refined.dtypes if name not in HIDDEN]
    wanted = evolved(work.own_table.columns, found, "evolve", work.spec.write.partition_by)
    present = dict(found)
    carried = [name for name in HIDDEN if name in refined.columns]
    return refined.select(
        *[
            (F.col(name) if name in present else F.lit(None)).cast(kind).alias(name)
            for name, kind in wanted
        ],
        *carried,
    )


def _order(session: SparkSession, work: Work) -> Column:
    """Where a row was read: later rows are larger."""
    if len(work.files) == 1:
        return F.struct("_block", "_id")
    return F.struct(file_place(session, work).alias("_place"), "_block", "_id")


def _require_source(refined: DataFrame, file: str) -> None:
    # A plan that does not read the files would never tell what it counted.
    if f"CollectMetrics {_READ}" not in refined._jdf.queryExecution().optimizedPlan().toString():
        raise TransformInvalid(f"{file}: the query reads no row of source")


def _lines_are_not_records(rows: Rows, seen: dict[str, int]) -> bool:
    return bool(seen["open_quotes"]) or (seen["headers"] or 0) != rows.header_lines


def _write(rows: DataFrame, uri: str, partition_by: tuple[str, ...]) -> None:
    rows.write.mode("overwrite").partitionBy(*partition_by).parquet(uri)
