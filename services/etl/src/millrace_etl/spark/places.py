"""Which landed file a row was read from."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from millrace_etl.spark.paths import shown_path
from millrace_etl.work import Work

_MOST_IN_MAP = 64
"""Files whose places an expression can hold: it is searched from its beginning for each row."""
_PLACE, _KEY = "_place_of_file", "_key_of_file"


def located(session: SparkSession, work: Work, frame: DataFrame) -> DataFrame:
    """The rows, with what ``file_place`` and ``landed_key`` need."""
    if len(work.files) <= _MOST_IN_MAP:
        return frame
    places = session.createDataFrame(
        [(shown_path(session, file.uri), file.order, file.key) for file in work.files],
        f"_shown STRING, {_PLACE} INT, {_KEY} STRING",
    )
    return frame.join(F.broadcast(places), F.col("_file") == F.col("_shown"), "left").drop("_shown")


def file_place(session: SparkSession, work: Work) -> Column:
    """Place of a row's file in the manifest."""
    if len(work.files) > _MOST_IN_MAP:
        return F.col(_PLACE)
    return _by_file(session, [(file.uri, file.order) for file in work.files])


def landed_key(session: SparkSession, work: Work) -> Column:
    """Key of the landed file that a row was read from."""
    if len(work.files) > _MOST_IN_MAP:
        return F.col(_KEY)
    return _by_file(session, [(file.uri, file.key) for file in work.files])


def _by_file(session: SparkSession, found: list[tuple[str, int]] | list[tuple[str, str]]) -> Column:
    pairs = [F.lit(part) for uri, value in found for part in (shown_path(session, uri), value)]
    return F.create_map(*pairs)[F.col("_file")]
