"""Files that Python decodes, each by one task, as rows beside Spark's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import IO, cast

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from millrace_contracts import Dataset
from millrace_etl.columns.rules import text_name
from millrace_etl.columns.sql import quoted_name
from millrace_etl.spark.paths import shown_path
from millrace_etl.work import SourceFile

_TASKS_PER_CORE = 4

_Source = tuple[str, str, str]
"""Bucket, key, and the file's path as Spark shows it."""


def decoded_rows(session: SparkSession, spec: Dataset, files: Sequence[SourceFile]) -> DataFrame:
    """Texts of every record, with where it was read; ``_id`` is its number less one."""
    sources = [(file.bucket, file.key, shown_path(session, file.uri)) for file in files]
    tasks = min(len(sources), _TASKS_PER_CORE * session.sparkContext.defaultParallelism)
    declared = spec.model_dump_json()
    rows = session.sparkContext.parallelize(sources, tasks).mapPartitions(
        lambda part: _decoded(declared, part)
    )
    texts = [quoted_name(text_name(column.name)) + " STRING" for column in spec.columns]
    schema = ", ".join([*texts, "_structure STRING, _raw STRING, _file STRING, _id BIGINT"])
    return session.createDataFrame(rows, schema, verifySchema=False).select(
        *[text_name(column.name) for column in spec.columns],
        "_structure",
        F.lit(False).alias("_open_quote"),
        F.lit(False).alias("_header"),
        "_raw",
        "_file",
        F.lit(0).cast("bigint").alias("_block"),
        "_id",
    )


def _decoded(declared: str, sources: Iterable[_Source]) -> Iterator[tuple[str | int | None, ...]]:
    # On an executor: what only it needs is loaded there.
    import boto3

    from millrace_etl.reading.decoding.decode import decode
    from millrace_etl.reading.decoding.record import FILE_REFUSED, FileRefused

    spec = Dataset.model_validate_json(declared)
    names = [column.file_name for column in spec.columns]
    client = boto3.client("s3")
    for bucket, key, shown in sources:
        body = cast(IO[bytes], client.get_object(Bucket=bucket, Key=key)["Body"])
        try:
            for record in decode(spec, key, body):
                texts = [record.texts.get(name) for name in names]
                yield *texts, record.problem, record.raw, shown, record.number - 1
        except FileRefused as exc:
            nothing: list[str | None] = [None] * len(names)
            yield *nothing, f"{FILE_REFUSED}{key}: {exc}", "", shown, 0
