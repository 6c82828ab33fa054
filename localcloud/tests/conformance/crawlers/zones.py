"""A bucket, a database and a crawler, made in one line."""

from __future__ import annotations

import io
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ..target import Target

CSV = b"year,origin,delay\n2013,JFK,1.5\n2013,LGA,2\n"
LEVEL_2 = '{"Version": 1.0, "Grouping": {"TableLevelConfiguration": 2}}'


@dataclass(frozen=True)
class Zone:
    """A bucket, a database and a crawler of one name."""

    client: Callable[..., Any]
    name: str
    role: str
    patience_s: int = 180

    @classmethod
    def removed_afterwards(cls, aws: Target) -> Zone:
        """A zone that an account is rid of once the test is over."""
        name = aws.bucket(f"zone-{uuid.uuid4().hex[:8]}")
        aws.afterwards(remove, glue=aws.client("glue"), name=name)
        return cls(aws.client, name, aws.role, aws.patience_s)

    @property
    def glue(self) -> Any:
        return self.client("glue")

    def put(self, key: str, body: bytes) -> None:
        self.client("s3").put_object(Bucket=self.name, Key=key, Body=body)

    def delete(self, key: str) -> None:
        self.client("s3").delete_object(Bucket=self.name, Key=key)

    def crawler(
        self, *, path: str = "", target: dict[str, Any] | None = None, **given: Any
    ) -> None:
        self.glue.create_crawler(
            Name=self.name,
            Role=self.role,
            DatabaseName=self.name,
            Targets={"S3Targets": [{"Path": f"s3://{self.name}/{path}", **(target or {})}]},
            **given,
        )

    def crawl(self) -> dict[str, Any]:
        """Start a crawl and wait for it; answers LastCrawl."""
        self.glue.start_crawler(Name=self.name)
        return self.ready()

    def ready(self) -> dict[str, Any]:
        """Wait for the crawl under way; answers LastCrawl."""
        deadline = time.monotonic() + self.patience_s
        while (crawler := self.glue.get_crawler(Name=self.name)["Crawler"])["State"] != "READY":
            assert time.monotonic() < deadline, crawler
            time.sleep(0.02)
        return dict(crawler["LastCrawl"])

    def logged(self, last: dict[str, Any]) -> list[str]:
        """What a crawl wrote to its log."""
        events = self.client("logs").get_log_events(
            logGroupName=last["LogGroup"], logStreamName=last["LogStream"]
        )["events"]
        return [event["message"] for event in events]

    def tables(self) -> dict[str, Any]:
        found = self.glue.get_tables(DatabaseName=self.name)["TableList"]
        return {table["Name"]: table for table in found}

    def partitions(self, table: str, **given: Any) -> list[Any]:
        asked = {"DatabaseName": self.name, "TableName": table, **given}
        return list(self.glue.get_partitions(**asked)["Partitions"])


def remove(glue: Any, name: str) -> None:
    """Remove a crawler and the database that it may have made."""
    for removed in (glue.delete_crawler, glue.delete_database):
        try:
            removed(Name=name)
        except glue.exceptions.EntityNotFoundException:
            continue


def columns(described: dict[str, Any]) -> dict[str, str]:
    """Names and types of a table's or partition's columns."""
    return {c["Name"]: c["Type"] for c in described["StorageDescriptor"]["Columns"]}


def parquet(**values: Any) -> bytes:
    """A file of these columns."""
    file = io.BytesIO()
    pq.write_table(pa.table(values), file)
    return file.getvalue()
