"""What Spark is made to do while its classes are written down: what most jobs do.

Runs in the job's environment: ``exercise.py <bucket>``, a bucket of the lake that is its own.
"""

from __future__ import annotations

import sys

from pyspark.sql import Observation, SparkSession, Window
from pyspark.sql import functions as F


def main() -> None:
    """Read texts as CSV and JSON, check, join, rank and write them; read the table again."""
    at = f"s3://{sys.argv[1]}"
    session = SparkSession.builder.config("spark.sql.shuffle.partitions", "2").getOrCreate()
    numbers = session.range(2000).select(
        F.col("id").cast("string").alias("id"),
        F.concat(F.lit("2024-02-"), F.lpad((F.col("id") % 28 + 1).cast("string"), 2, "0")).alias(
            "day"
        ),
        (F.col("id") / 7).cast("string").alias("amount"),
        F.when(F.col("id") % 3 == 0, "a").otherwise("b").alias("kind"),
    )
    numbers.select(F.concat_ws(",", *numbers.columns)).write.text(f"{at}/csv")
    numbers.select(F.to_json(F.struct(*numbers.columns))).write.text(f"{at}/json")
    schema = ", ".join(f"{name} STRING" for name in numbers.columns)
    lines = session.read.text(f"{at}/csv").select("value", "_metadata.file_path")
    parsed = lines.select(F.from_csv("value", schema, {"nullValue": "NA"}).alias("row"), "*")
    objects = session.read.text(f"{at}/json").select(F.from_json("value", schema).alias("row"))
    typed = "try_cast(row.id AS bigint) id, try_cast(row.day AS date) day, row.kind"
    number = r"CASE WHEN row.amount RLIKE '\\A-?[0-9.]+\\z' THEN try_cast(row.amount AS double) END"
    seen = Observation("seen")
    rows = parsed.selectExpr(*typed.split(", "), f"{number} amount").observe(
        seen, F.count(F.lit(1)).alias("rows"), F.sum(F.expr("CAST(amount > 9 AS BIGINT)"))
    )
    rows.createOrReplaceTempView("source")
    objects.selectExpr(*typed.split(", ")).write.parquet(f"{at}/other")
    session.read.parquet(f"{at}/other").createOrReplaceTempView("other")
    joined = session.sql(
        "SELECT source.*, other.day AS same, date_format(source.day, 'yyyy-MM') AS month "
        "FROM source LEFT JOIN other ON other.id = source.id"
    )
    newest = Window.partitionBy("id").orderBy(F.desc("day"))
    ranked = joined.withColumn("rank", F.row_number().over(newest)).where("rank = 1")
    session.sql("SELECT /*+ REBALANCE(kind) */ * FROM {rows}", rows=ranked).write.partitionBy(
        "kind"
    ).option("compression", "zstd").parquet(f"{at}/table")
    assert seen.get["rows"] == session.read.parquet(f"{at}/table").count()
    session.stop()


if __name__ == "__main__":
    main()
