"""Landed files as rows: every value beside its text, nothing yet judged.

Every frame has, for each declared column, its typed value (null where the text is no such value)
and its text ``_text_<column>``; ``_structure``, null unless the row is not a row of this format at
all; ``_raw``, the row as it was read; and where it was read. Columns that a query does not use cost
nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from millrace_contracts.dataset import Column as Declared
from millrace_contracts.dataset import CsvFormat, Dataset, JsonLinesFormat, ParquetFormat
from millrace_etl.columns.casting import cast_sql
from millrace_etl.columns.rules import text_name
from millrace_etl.columns.sql import quoted_name, quoted_text
from millrace_etl.errors import ColumnsMismatch
from millrace_etl.reading.decoding.record import FILE_REFUSED, OTHER_COLUMNS
from millrace_etl.spark.csv_lines import CORRUPT, csv_options, line_texts, text_schema
from millrace_etl.spark.decoded import decoded_rows
from millrace_etl.spark.paths import literal_path
from millrace_etl.work import FileGroup, Work

_NESTED = ("struct", "array", "map", "binary")


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows of the run's files."""

    frame: DataFrame
    header_lines: int
    """Lines that must be found to be headers when ``by_line``, one for each file."""
    by_line: bool
    """True when lines were taken for records: to be verified, and read whole if it was wrong."""


def read_rows(session: SparkSession, work: Work, *, whole_files: bool) -> Rows:
    """Read every group of files.

    A CSV file is read line by line, so that a big one is read by many cores. That is right as long
    as no quoted value holds a line break, which ``_open_quote`` tells; else it is read whole.

    Args:
        session: The Spark session.
        work: What to read.
        whole_files: Read each CSV file as one stream, line breaks in quotes included.
    """
    spark_reads = any(not group.decoded for group in work.groups)
    by_line = isinstance(work.spec.format, CsvFormat) and spark_reads and not whole_files
    frames = [_read_group(session, work.spec, group, by_line=by_line) for group in work.groups]
    headers = sum(len(group.files) for group in work.groups if group.header_lines)
    return Rows(reduce(DataFrame.unionByName, frames), headers if by_line else 0, by_line)


def _read_group(
    session: SparkSession, spec: Dataset, group: FileGroup, *, by_line: bool
) -> DataFrame:
    if group.decoded:
        return _typed(decoded_rows(session, spec, group.files), spec)
    paths = [literal_path(file.uri) for file in group.files]
    if isinstance(spec.format, CsvFormat):
        read = _csv_lines if by_line else _csv_files
        return _typed(read(session, spec.format, group, paths, spec.columns), spec)
    if isinstance(spec.format, JsonLinesFormat):
        return _typed(_json_lines(session, paths, spec.columns), spec)
    return _parquet(session, spec, paths)


def cast_values(spec: Dataset) -> dict[str, str]:
    """SQL of each value that is cast from its text, as Spark sees that it need be cast but once."""
    if isinstance(spec.format, ParquetFormat):
        return {}
    return {column.name: _cast(column) for column in spec.columns}


def _cast(column: Declared) -> str:
    return cast_sql(quoted_name(text_name(column.name)), column.type)


def _typed(texts: DataFrame, spec: Dataset) -> DataFrame:
    return texts.select(
        "*",
        *[
            F.expr(_cast(column)).alias(column.name)
            for column in spec.columns
            if column.name not in texts.columns
        ],
    )


def _csv_lines(
    session: SparkSession,
    csv: CsvFormat,
    group: FileGroup,
    paths: list[str],
    columns: Sequence[Declared],
) -> DataFrame:
    quote = quoted_text(csv.quote)
    quotes = f"octet_length(value) - octet_length(replace(value, {quote}, ''))"
    odd = f"({quotes}) / {len(csv.quote.encode())} % 2 = 1"
    headers = ", ".join(map(quoted_text, group.header_lines))
    header = f"value IN ({headers})" if headers else "false"
    lines = session.read.text(paths).select("value", *_place()).where("octet_length(value) > 0")
    told = [
        F.expr(f"_quoted AND {odd}").alias("_open_quote"),
        F.expr(header).alias("_header"),
        F.col("value").alias("_raw"),
    ]
    parsed = line_texts(lines, csv, group.columns, [*told, *_PLACE])
    return parsed.select(
        *[
            F.col(quoted_name(text_name(column.file_name))).alias(text_name(column.name))
            for column in columns
        ],
        _csv_structure(F.col(CORRUPT), csv, len(columns)),
        "_open_quote",
        "_header",
        "_raw",
        *_PLACE,
    )


def _csv_files(
    session: SparkSession,
    csv: CsvFormat,
    group: FileGroup,
    paths: list[str],
    columns: Sequence[Declared],
) -> DataFrame:
    records = (
        session.read.options(**csv_options(csv), header=csv.header, multiLine=True)
        .schema(text_schema(group.columns))
        .csv(paths)
    )
    names = [quoted_name(column.file_name) for column in columns]
    texts = F.to_json(F.struct(*names), {"ignoreNullFields": "false"})
    return records.select(
        *[
            F.col(name).alias(text_name(each.name))
            for name, each in zip(names, columns, strict=True)
        ],
        _csv_structure(F.col(CORRUPT).isNotNull(), csv, len(columns)),
        F.lit(False).alias("_open_quote"),
        F.lit(False).alias("_header"),
        F.coalesce(F.col(CORRUPT), texts).alias("_raw"),
        *_place(),
    )


def _csv_structure(corrupt: Column, csv: CsvFormat, columns: int) -> Column:
    reason = f"row: {columns} values separated by {csv.delimiter!r}: another number"
    return F.when(corrupt, F.lit(reason)).alias("_structure")


def _json_lines(session: SparkSession, paths: list[str], columns: Sequence[Declared]) -> DataFrame:
    names = [column.file_name for column in columns]
    personal = [column.file_name for column in columns if column.pii]
    # One object to a line: as an element of an array, a second object on the line is seen.
    schema = "array<struct<" + ", ".join(f"{quoted_name(name)}: string" for name in names) + ">>"
    declared = ", ".join(map(quoted_text, names))
    undeclared = f"array_except(json_object_keys(value), array({declared}))"
    lacking = (
        f"array_except(array({', '.join(map(quoted_text, personal))}), json_object_keys(value))"
    )
    structure = (
        "CASE WHEN _rows IS NULL OR size(_rows) <> 1 OR _rows[0] IS NULL "
        "OR NOT startswith(ltrim(value), '{') THEN 'row: one JSON object: something else' "
        + (
            f"WHEN size({lacking}) > 0 THEN concat({quoted_text(FILE_REFUSED)}, _file, "
            f"': a record lacks the personal column ', array_join({lacking}, ', ')) "
            if personal
            else ""
        )
        + f"WHEN size({undeclared}) > 0 THEN "
        f"concat('{OTHER_COLUMNS}', array_join({undeclared}, ', ')) END"
    )
    parsed = (
        session.read.text(paths)
        .select("value", *_place())
        .where("octet_length(trim(value)) > 0")
        .select(
            F.from_json(F.concat(F.lit("["), F.col("value"), F.lit("]")), schema).alias("_rows"),
            "value",
            *_PLACE,
        )
    )
    return parsed.select(
        *[
            F.expr(f"_rows[0].{quoted_name(column.file_name)}").alias(text_name(column.name))
            for column in columns
        ],
        F.expr(structure).alias("_structure"),
        F.lit(False).alias("_open_quote"),
        F.lit(False).alias("_header"),
        F.col("value").alias("_raw"),
        *_PLACE,
    )


def _parquet(session: SparkSession, spec: Dataset, paths: list[str]) -> DataFrame:
    names = {column.name: quoted_name(column.file_name) for column in spec.columns}
    records = session.read.parquet(*paths)
    types = {name.lower(): kind for name, kind in records.dtypes}
    for name, kind in types.items():
        if kind.startswith(_NESTED):
            raise ColumnsMismatch(
                f"{paths[0]}: column {name!r} is {kind}, which no column can hold"
            )
    # A value that already has the declared type is taken as it is, not through its text.
    exact = [column for column in spec.columns if types[column.file_name] == column.type]
    texts = records.select(
        *[F.col(found).cast("string").alias(text_name(name)) for name, found in names.items()],
        *[F.col(names[column.name]).alias(column.name) for column in exact],
        F.lit(None).cast("string").alias("_structure"),
        F.lit(False).alias("_open_quote"),
        F.lit(False).alias("_header"),
        F.to_json(F.struct(*names.values()), {"ignoreNullFields": "false"}).alias("_raw"),
        *_place(),
    )
    return _typed(texts, spec)


_PLACE = ("_file", "_block", "_id")


def _place() -> tuple[Column, ...]:
    """File, offset of the part of it that a task reads, and number that grows within the part."""
    return (
        # ``_metadata`` would be copied beside each row, asked for or not.
        F.input_file_name().alias("_file"),
        F.expr("input_file_block_start()").alias("_block"),
        F.monotonically_increasing_id().alias("_id"),
    )
