"""Rules of what the transform gives: those it tells itself, and those of the spec's ``refined``."""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as F

from millrace_contracts import Dataset
from millrace_etl.columns.rules import (
    BAD,
    broken_after_sql,
    missing_name,
    reasons_after_sql,
    taken_name,
)
from millrace_etl.columns.sql import quoted_name
from millrace_etl.errors import TransformInvalid
from millrace_etl.spark.lookups import flag_missing, flag_taken
from millrace_etl.spark.python_transform import ORDER
from millrace_etl.work import Work

HIDDEN = (ORDER, BAD)
"""Columns of the transform's rows that are not written, beside the flags of ``look_up``."""


@dataclass(frozen=True, slots=True)
class LateRules:
    """The rules of one run's refined rows, as SQL over them."""

    spec: Dataset
    told: bool
    """Whether the transform has the column ``_bad``."""

    @classmethod
    def of(cls, refined: DataFrame, spec: Dataset) -> LateRules | None:
        """None where no row can be bad any more.

        Raises:
            TransformInvalid: A column has another type than declared.
        """
        kinds = dict(refined.dtypes)
        for column in spec.refined:
            if kinds[column.name] != column.type:
                raise TransformInvalid(
                    f"dataset.yaml: refined: {column.name!r} is declared {column.type}, and the "
                    f"transform gives {kinds[column.name]}"
                )
        if kinds.get(BAD, "string") != "string":
            raise TransformInvalid(f"the transform's column {BAD!r} is {kinds[BAD]}, not string")
        rules = cls(spec, told=BAD in kinds)
        return rules if rules.told or rules._after != "false" else None

    def look_up(self, session: SparkSession, work: Work, refined: DataFrame) -> DataFrame:
        """The rows with a flag for each rule that looks at other rows.

        Of a run's rows with one unique value the first that keeps every other rule has it, by the
        order of reading where the transform lets it be carried along; and so have rows of the same
        key, of which one is written.
        """
        columns, keys = self.spec.refined, self.spec.keys
        for column in columns:
            if column.references is not None:
                refined = flag_missing(session, work, refined, column)
        others = [column.model_copy(update={"unique": False}) for column in columns]
        good = F.expr(f"NOT ({self._during} OR {broken_after_sql(others)})")
        names = [name for name in refined.columns if name not in self.flags]
        order = [ORDER] if ORDER in names else names
        written = {name: F.col(name) for name in names}
        for column in columns:
            if column.unique:
                value = F.col(column.name)
                # Missing values are spread: they are compared with nothing.
                spread = F.when(value.isNull(), F.struct(*names))
                window = Window.partitionBy(value, spread).orderBy(good.desc(), *order)
                key = F.struct(F.row_number().over(window) if not keys else F.lit(1), *keys)
                first = F.first(F.struct(F.lit(1), *keys)).over(window)
                refined = refined.withColumn(
                    taken_name(column.name), value.isNotNull() & ~key.eqNullSafe(first)
                )
                refined = flag_taken(session, work, refined, column, written)
        return refined

    @property
    def flags(self) -> tuple[str, ...]:
        """Columns of the rows that are looked up."""
        columns = self.spec.refined
        missing = [missing_name(column.name) for column in columns if column.references]
        return (*missing, *(taken_name(column.name) for column in columns if column.unique))

    @property
    def _during(self) -> str:
        return f"({BAD} IS NOT NULL)" if self.told else "false"

    @property
    def _after(self) -> str:
        return broken_after_sql(self.spec.refined)

    @property
    def bad(self) -> str:
        """True for a row that is kept aside."""
        return f"({self._during} OR {self._after})"

    @property
    def rejected(self) -> str:
        """True for a row that is not written."""
        policies = self.spec.on_bad_rows
        parts = [self._during] if policies.at("during").action != "warn" else []
        parts += [self._after] if policies.at("after").action != "warn" else []
        return f"({' OR '.join(parts)})" if parts else "false"

    def counters(self) -> list[Column]:
        """What is counted of the rows that the transform gave."""
        counted = {
            "during": self._during,
            "after": self._after,
            "rejected": self.rejected,
            "aside": self.bad,
        }
        return [
            F.sum(F.expr(f"CAST({condition} AS BIGINT)")).alias(name)
            for name, condition in counted.items()
        ]

    def kept_aside(self, refined: DataFrame, run_id: str) -> DataFrame:
        """The bad rows as quarantine keeps them.

        Where the transform let each row's origin be carried along, the row is kept as it was read,
        with its place; else as the transform gave it, without one.
        """
        if ORDER in refined.columns:
            names = ("row", "file", "record", "counted")
            origin = [F.col(f"{ORDER}.{name}").alias(name) for name in names]
        else:
            hidden = {BAD, *self.flags}
            values = [quoted_name(name) for name in refined.columns if name not in hidden]
            as_json = F.to_json(F.struct(*values), {"ignoreNullFields": "false"})
            origin = [
                as_json.alias("row"),
                F.lit(None).cast("string").alias("file"),
                F.lit(None).cast("bigint").alias("record"),
                F.lit("refined").alias("counted"),
            ]
        return refined.where(self.bad).select(
            F.expr(reasons_after_sql(self.spec.refined, told=self.told)).alias("reasons"),
            *origin,
            F.expr(f"NOT {self.rejected}").alias("written"),
            F.lit(run_id).alias("run_id"),
        )
