"""Run the dataset's transform over the good rows."""

from __future__ import annotations

import re

from pyspark.errors import AnalysisException, ParseException
from pyspark.sql import DataFrame, SparkSession

from millrace_contracts import Dataset
from millrace_etl.columns.rules import BAD
from millrace_etl.errors import TransformInvalid
from millrace_etl.spark.python_transform import ORDER, call_transform
from millrace_etl.spark.tables import table_rows
from millrace_etl.work import Work

_FILE = "transform.sql"
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,127}")
_TOKEN = re.compile(
    r"--[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|`[^`]*`|\(|\)|\bselect\b",
    re.IGNORECASE | re.DOTALL,
)


def transform(session: SparkSession, source: DataFrame, work: Work) -> DataFrame:
    """Rows that the dataset's transform makes of ``source``; all of them where there is none.

    The hidden column ``_order`` of ``source`` is carried along where it can be; else the result has
    none. A query reads ``source``, and other datasets' refined tables by the dataset's name.

    Raises:
        TransformInvalid: The text is no query or function, or does not give the same every time.
        TableMissing: It reads a dataset that has no refined table.
    """
    if work.transform is None:
        return source
    if work.transform.file == "transform.py":
        return call_transform(source, work.transform.text)
    views = ["source"]
    try:
        return _query(session, source, work, views)
    finally:
        for view in views:
            session.catalog.dropTempView(view)


def _query(session: SparkSession, source: DataFrame, work: Work, views: list[str]) -> DataFrame:
    assert work.transform is not None
    query = work.transform.text.strip().rstrip(";")
    # Judged on an empty frame: the rows' own numbering would count as not deterministic.
    session.createDataFrame([], source.schema).createOrReplaceTempView("source")
    judged = _with_tables(session, query, work, views)
    if not judged._jdf.queryExecution().analyzed().deterministic():
        raise TransformInvalid(f"{_FILE}: the query gives other rows each time it runs")
    source.drop(ORDER).createOrReplaceTempView("source")
    result = _analyse(session, query)
    at = _outer_select(query)
    if ORDER not in source.columns or at is None:
        return result
    source.createOrReplaceTempView("source")
    try:
        return (
            _analyse(session, f"{query[:at]} `{ORDER}` AS `_carried`,{query[at:]}")
            .drop(ORDER)
            .withColumnRenamed("_carried", ORDER)
        )
    except TransformInvalid:
        return result


def _with_tables(session: SparkSession, query: str, work: Work, views: list[str]) -> DataFrame:
    """The query once every table that it names is there; Spark tells the next one that is not."""
    while True:
        try:
            return _analyse(session, query)
        except TransformInvalid as exc:
            name = _table_not_found(exc.__cause__)
            if name is None or name in views or not _NAME.fullmatch(name):
                raise
            if name == work.spec.name:
                told = f"{_FILE}: {name} is the table that it writes, and cannot be read"
                raise TransformInvalid(told) from exc
            table_rows(session, work.open_table(name)).createOrReplaceTempView(name)
            views.append(name)


def _table_not_found(cause: BaseException | None) -> str | None:
    if not isinstance(cause, AnalysisException):
        return None
    if cause.getErrorClass() != "TABLE_OR_VIEW_NOT_FOUND":
        return None
    found: dict[str, str] = cause.getMessageParameters() or {}
    return found.get("relationName", "").strip("`")


def check_result(result: DataFrame, spec: Dataset) -> None:
    """Check that the refined rows have what the spec names.

    Raises:
        TransformInvalid: Names the path in the spec, what was found and what is there.
    """
    present = [name for name in result.columns if name not in (ORDER, BAD)]
    there = ", ".join(present)
    for path, names in spec.column_uses().items():
        for name in names:
            if name not in present:
                raise TransformInvalid(
                    f"dataset.yaml: {path}: {name!r} is not a column of the refined rows; "
                    f"they have: {there}"
                )
    for name, kind in result.dtypes:
        if name not in (ORDER, BAD) and (not _NAME.fullmatch(name) or present.count(name) > 1):
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
