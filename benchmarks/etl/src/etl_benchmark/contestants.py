"""One engine, written by hand, in a process of its own: no checks, the same output as the job's.

``python contestants.py ENGINE SOURCE FORM FOLDER``; by ``spark-submit`` where the engine is Spark.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from etl_benchmark.flights import columns, kind

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_SQL = {"string": "VARCHAR", "int": "INTEGER", "double": "DOUBLE", "timestamp": "TIMESTAMP"}


def duckdb(source: str, form: str, out: str) -> None:
    """DuckDB with declared types."""
    import duckdb

    types = {name: _SQL[kind(name)] for name in columns()}
    said = "{" + ", ".join(f"'{name}': '{sql}'" for name, sql in types.items()) + "}"
    read = (
        f"read_csv('{source}', header=true, nullstr='NA', columns={said})"
        if form == "csv"
        else f"read_json('{source}', format='newline_delimited', columns={said})"
    )
    options = "FORMAT parquet, COMPRESSION zstd, PARTITION_BY (day)"
    duckdb.sql(f"COPY (SELECT * FROM {read}) TO '{out}' ({options})")


def polars(source: str, form: str, out: str) -> None:
    """Polars with declared types, streaming where it can."""
    import polars as pl

    types = {
        "string": pl.String(),
        "int": pl.Int32(),
        "double": pl.Float64(),
        "timestamp": pl.String(),
    }
    schema = pl.Schema({name: types[kind(name)] for name in columns()})
    frame = (
        pl.scan_csv(source, schema=schema, null_values="NA")
        if form == "csv"
        else pl.scan_ndjson(source, schema=schema)
    )
    stamped = frame.with_columns(
        pl.col("time_hour").str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us", time_zone="UTC")
    )
    stamped.collect(engine="streaming").write_parquet(
        out, compression="zstd", use_pyarrow=False, partition_by=["day"], mkdir=True
    )


def pandas(source: str, form: str, out: str) -> None:
    """Pandas, whole in memory."""
    import pandas as pd

    types = {"string": "string", "int": "Int32", "double": "float64", "timestamp": "string"}
    if form == "csv":
        frame = pd.read_csv(
            source, na_values=["NA"], dtype={name: types[kind(name)] for name in columns()}
        )
    else:
        frame = pd.read_json(source, lines=True, dtype=False)
    frame["time_hour"] = pd.to_datetime(frame["time_hour"])
    frame.to_parquet(out, compression="zstd", partition_cols=["day"])


def spark_tuned(source: str, form: str, out: str) -> None:
    """Spark with a declared schema, one shuffle to the partitions, no check."""
    session = _session()
    schema = ", ".join(f"{name} {kind(name)}" for name in columns())
    reader = session.read.schema(schema)
    frame = (
        reader.csv(source, header=True, nullValue="NA") if form == "csv" else reader.json(source)
    )
    arranged = frame.repartition(31, "day")
    arranged.write.partitionBy("day").parquet(out)


def spark_naive(source: str, form: str, out: str) -> None:
    """Spark as it is first written: inferred types, no thought to files."""
    session = _session()
    frame = (
        session.read.csv(source, header=True, nullValue="NA", inferSchema=True)
        if form == "csv"
        else session.read.json(source)
    )
    frame.write.partitionBy("day").parquet(out)


def _session() -> SparkSession:
    from pyspark.sql import SparkSession

    return (
        SparkSession.builder.config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.parquet.compression.codec", "zstd")
        .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
        .getOrCreate()
    )


CONTESTANTS = {each.__name__: each for each in (spark_tuned, spark_naive, duckdb, polars, pandas)}

if __name__ == "__main__":
    name, source, form, out = sys.argv[1:]
    CONTESTANTS[name](str(Path(source)), form, out)
