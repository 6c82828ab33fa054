"""Of the rows of landed files those that an earlier run quarantined."""

from __future__ import annotations

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from millrace_etl.spark.paths import literal_path
from millrace_etl.spark.places import landed_key
from millrace_etl.spark.quarantine import RECORD
from millrace_etl.work import Work


def only_replayed(session: SparkSession, work: Work, frame: DataFrame) -> DataFrame:
    """The rows that the run is asked for; all of them unless it is a replay."""
    if work.replay is None:
        return frame
    paths = [literal_path(uri) for uri in work.replay.quarantine_uris]
    wanted = (
        session.read.parquet(*paths)
        .where("NOT written")
        .select(F.col("file").alias("_wanted_file"), F.col("record").alias("_wanted_record"))
        .distinct()
    )
    found = frame.withColumn("_key", landed_key(session, work))
    same = (F.col("_key") == F.col("_wanted_file")) & (F.expr(RECORD) == F.col("_wanted_record"))
    return found.join(wanted, same, "left_semi").drop("_key")
