"""Ask Athena, and read its answer where it wrote it."""

from __future__ import annotations

import csv
import io
import time
from dataclasses import dataclass

from botocore.exceptions import ClientError

from millrace.aws import Aws
from millrace.errors import QueryFailed

DEADLINE_S = 1800


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows as text; None is NULL, which Athena writes as an empty unquoted value."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    scanned_bytes: int


def run_query(aws: Aws, sql: str) -> Answer:
    """Run one statement in the deployment's workgroup and wait for its rows.

    Raises:
        QueryFailed: Athena refused or failed it, in Athena's words.
    """
    athena = aws.client("athena")
    try:
        started = athena.start_query_execution(
            QueryString=sql,
            WorkGroup=aws.parameter("view/workgroup"),
            QueryExecutionContext={"Database": "refined"},
        )
    except ClientError as exc:
        raise QueryFailed(exc.response["Error"]["Message"]) from exc
    query_id = started["QueryExecutionId"]
    deadline, pause_s = time.monotonic() + DEADLINE_S, 0.02
    while time.monotonic() < deadline:
        execution = athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
        status = execution["Status"]
        if status["State"] == "SUCCEEDED":
            statistics = execution["Statistics"]
            scanned = statistics.get("DataScannedInBytes", 0)
            if manifest := statistics.get("DataManifestLocation"):
                return _written(aws, manifest, scanned)
            return _read(aws, execution["ResultConfiguration"]["OutputLocation"], scanned)
        if status["State"] in ("FAILED", "CANCELLED"):
            raise QueryFailed(status.get("StateChangeReason", status["State"]))
        time.sleep(pause_s)
        pause_s = min(pause_s * 1.5, 2)
    raise QueryFailed(f"query {query_id} is not ready after {DEADLINE_S} s")


def _written(aws: Aws, manifest: str, scanned_bytes: int) -> Answer:
    """What UNLOAD, CREATE TABLE AS and INSERT INTO answer: the files that they wrote.

    Source: Athena API reference, QueryExecutionStatistics (DataManifestLocation).
    """
    files = _text(aws, manifest).splitlines()
    return Answer(("file",), tuple((file,) for file in files), scanned_bytes)


def _text(aws: Aws, location: str) -> str:
    bucket, key = location.removeprefix("s3://").split("/", 1)
    return str(aws.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read().decode())


def _read(aws: Aws, location: str, scanned_bytes: int) -> Answer:
    text = _text(aws, location)
    # Statements without rows leave a plain text, not CSV.
    if not location.endswith(".csv"):
        return Answer(("result",), tuple((line,) for line in text.splitlines()), scanned_bytes)
    lines = list(csv.reader(io.StringIO(text)))
    header, rows = lines[:1], lines[1:]
    columns = tuple(header[0]) if header else ()
    values = tuple(tuple(value or None for value in row) for row in rows)
    return Answer(columns, values, scanned_bytes)
