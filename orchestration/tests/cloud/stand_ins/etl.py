"""Stands for the Glue job where Spark is not what is tested: landed CSV files become one file."""

from __future__ import annotations

import csv
import io
import sys

import boto3
import pyarrow as pa
import pyarrow.parquet as pq

given = dict(zip(sys.argv[1::2], sys.argv[2::2], strict=False))
s3 = boto3.client("s3")
dataset = given["--dataset"]
listed = s3.list_objects_v2(Bucket=given["--landing_bucket"], Prefix=f"{dataset}/")["Contents"]
rows = {}
for entry in sorted(listed, key=lambda entry: entry["Key"]):
    body = s3.get_object(Bucket=given["--landing_bucket"], Key=entry["Key"])["Body"].read()
    rows |= {int(row["id"]): row for row in csv.DictReader(io.StringIO(body.decode()))}
table = pa.table(
    {"id": list(rows), "price": [float(row["price"]) for row in rows.values()]},
    schema=pa.schema([("id", pa.int64()), ("price", pa.float64())]),
)
for more in sorted({name for row in rows.values() for name in row} - {"id", "price"}):
    texts = pa.array([row.get(more) for row in rows.values()], pa.string())
    table = table.append_column(more, texts)
written = io.BytesIO()
pq.write_table(table, written)
s3.put_object(
    Bucket=given["--refined_bucket"], Key=f"{dataset}/part-0.parquet", Body=written.getvalue()
)
