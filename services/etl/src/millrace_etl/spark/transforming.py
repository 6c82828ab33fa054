"""Run ``transform.sql`` over the good rows."""

from __future__ import annotations

import re

from pyspark.errors import AnalysisException, ParseException
from pyspark.sql import DataFrame, SparkSession

from millrace_contracts import Dataset
from millrace_etl.errors import TransformInvalid

ORDER = "_order"
"""Hidden column that tells which of two rows with equal keys is the later one."""

_FILE = "transform.sql"
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,127}")
_TOKEN = re.compile(
    r"--[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|`[^`]*`|\(|\)|\bselect\b",
    re.IGNORECASE | re.DOTALL,
)


def transform(session: SparkSession, source: DataFrame, sql: str) -> DataFrame:
    """Rows of the query over ``source``.

    The hidden column ``_order`` of ``source`` is carried along where the query's outermost SELECT
    allows it (no DISTINCT, GROUP BY or set operation); else the result has none.

    Raises:
        TransformInvalid: The text is no query, or its result is not the same every time.
    """
    query = sql.strip().rstrip(";")
    # Judged on an empty frame: the rows' own numbering would count as not deterministic.
    session.createDataFrame([], source.schema).createOrReplaceTempView("source")
    if not _analyse(session, query)._jdf.queryExecution().analyzed().deterministic():
        raise TransformInvalid(f"{_FILE}: the query gives other rows each time it runs")
    source.createOrReplaceTempView("source")
    result = _analyse(session, query)
    at = _outer_select(query)
    if ORDER not in source.columns or at is None:
        return result.drop(ORDER)
    try:
        return (
            _analyse(session, f"{query[:at]} `{ORDER}` AS `_carried`,{query[at:]}")
            .drop(ORDER)
            .withColumnRenamed("_carried", ORDER)
        )
    except TransformInvalid:
        return result.drop(ORDER)


def check_result(result: DataFrame, spec: Dataset) -> None:
    """Check that the refined rows have what the spec names.

    Raises:
        TransformInvalid: Names the path in the spec, what was found and what is there.
    """
    present = [name for name in result.columns if name != ORDER]
    there = ", ".join(present)
    for path, names in spec.column_uses().items():
        for name in names:
            if name not in present:
                raise TransformInvalid(
                    f"dataset.yaml: {path}: {name!r} is not a column of the refined rows; "
                    f"they have: {there}"
                )
    for name, kind in result.dtypes:
        if name != ORDER and (not _NAME.fullmatch(name) or present.count(name) > 1):
            raise TransformInvalid(
                f"{_FILE}: column {name!r} must be lower case letters, digits and _, and be there "
                f"once; the query gives: {there}"
            )
        if kind == "void":
            raise TransformInvalid(f"{_FILE}: column {name!r} has no type; cast its null")
    if len(present) == len(spec.write.partition_by):
        raise TransformInvalid(
            "dataset.yaml: write.partition_by: every column of the refined rows is a partition "
            f"column; they have: {there}"
        )


def _analyse(session: SparkSession, query: str) -> DataFrame:
    try:
        # In parentheses nothing but a query is SQL: a statement that writes is a syntax error.
        return session.sql(f"SELECT * FROM (\n{query}\n)")
    except (AnalysisException, ParseException) as exc:
        raise TransformInvalid(f"{_FILE}: {first_line(str(exc))}") from exc


def first_line(message: str) -> str:
    """What Spark says, without the plan or the query it adds below."""
    return re.split(r"\n|; line \d| *JVM stacktrace", message.strip())[0].strip()


def _outer_select(query: str) -> int | None:
    depth = 0
    for token in _TOKEN.finditer(query):
        text = token[0].lower()
        depth += (text == "(") - (text == ")")
        if text == "select" and depth == 0:
            return token.end()
    return None
