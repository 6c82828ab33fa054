"""Rules that look at other rows: is a value in another table, does another row have it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

from pyspark.sql import Column as Expression
from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F

from millrace_contracts.dataset import RuledColumn
from millrace_etl.columns.evolving import wider_of
from millrace_etl.columns.masking import written_sql
from millrace_etl.columns.rules import good_sql, missing_name, taken_name
from millrace_etl.errors import SpecInvalid, TableMissing
from millrace_etl.spark.tables import table_rows
from millrace_etl.work import TableFiles, Work


def look_up(session: SparkSession, work: Work, frame: DataFrame, order: Expression) -> DataFrame:
    """The rows with a flag for each rule that looks elsewhere.

    Args:
        session: The Spark session.
        work: Its spec declares the rules.
        frame: Rows as they were read.
        order: Where a row was read: of rows with one unique value the first keeps the rule.
    """
    columns = work.spec.columns
    for column in columns:
        if column.references is not None:
            frame = flag_missing(session, work, frame, column)
    others = [column.model_copy(update={"unique": False}) for column in columns]
    # Missing values are spread: they are compared with nothing, and may be most of the rows.
    place = F.struct("_file", "_block", "_id")
    written = {each.name: F.expr(written_sql(each, work.salt)) for each in columns}
    for column in columns:
        if column.unique:
            good = F.expr(f"NOT _header AND {good_sql(others, {})}")
            spread = F.when(F.col(column.name).isNull(), place)
            window = Window.partitionBy(F.col(column.name), spread).orderBy(good.desc(), order)
            taken = F.col(column.name).isNotNull() & (F.row_number().over(window) > 1)
            frame = frame.withColumn(taken_name(column.name), taken)
            if column.pii != "redact":
                frame = flag_taken(session, work, frame, column, written)
    return frame


def flag_missing(
    session: SparkSession, work: Work, frame: DataFrame, column: RuledColumn
) -> DataFrame:
    """The rows with a flag for a value that is not in the table that its column references."""
    assert column.references is not None
    table = work.open_table(column.references.dataset)
    _require(table, column.references.column, column)
    value, found = f"_key_{column.name}", f"_found_{column.name}"
    keys = (
        table_rows(session, table)
        .select(F.col(column.references.column).alias(value))
        .where(F.col(value).isNotNull())
        .distinct()
        .withColumn(found, F.lit(True))
    )
    joined = frame.join(keys, F.col(column.name) == F.col(value), "left")
    missing = F.col(column.name).isNotNull() & F.col(found).isNull()
    return joined.withColumn(missing_name(column.name), missing).drop(value, found)


def flag_taken(
    session: SparkSession,
    work: Work,
    frame: DataFrame,
    column: RuledColumn,
    written: Mapping[str, Expression],
) -> DataFrame:
    """The rows whose flag says also whether a row of the dataset's own table has the value.

    Args:
        session: The Spark session.
        work: Its table is looked at.
        frame: Rows with the flag of ``taken_name``.
        column: One with unique values.
        written: What is written for it and for the keys.
    """
    table, mode = work.own_table, work.spec.write.mode
    if table is None or mode == "overwrite":
        return frame
    kind = dict(table.columns).get(column.name)
    if kind is None or wider_of(kind, column.type) is None:
        return frame
    keys = work.spec.keys if mode == "upsert" else ()
    held, owners = f"_held_{column.name}", f"_owners_{column.name}"
    present = (
        table_rows(session, table)
        .where(F.col(column.name).isNotNull())
        .groupBy(F.col(column.name).alias(held))
        .agg(F.collect_set(F.struct(F.lit(1).alias("_"), *keys)).alias(owners))
    )
    joined = frame.join(present, written[column.name] == F.col(held), "left")
    others = F.exists(
        owners,
        lambda owner: (
            ~reduce(
                Expression.__and__,
                [owner[key].eqNullSafe(written[key]) for key in keys],
                F.lit(bool(keys)),
            )
        ),
    )
    taken = F.col(taken_name(column.name)) | F.coalesce(others, F.lit(False))
    return joined.withColumn(taken_name(column.name), taken).drop(held, owners)


def _require(table: TableFiles, name: str, column: RuledColumn) -> None:
    kind = dict(table.columns).get(name)
    if kind is None:
        raise TableMissing(f"the refined table of {table.dataset} has no column {name!r}")
    if kind != column.type:
        raise SpecInvalid(
            f"columns: {column.name!r} is {column.type}, but {table.dataset}.{name}, which it "
            f"references, is {kind}"
        )
