"""Catalog in Glue."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from millrace_view.adapters.aws_errors import aws_errors, error_code
from millrace_view.parsing import Source
from millrace_view.registry import Columns

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient


class GlueCatalog:
    """Catalog in the account's Data Catalog, kept by crawlers."""

    def __init__(self, client: GlueClient, refined_crawler: str) -> None:
        self._client = client
        self._refined_crawler = refined_crawler

    def columns(self, source: Source) -> Columns | None:
        with aws_errors():
            try:
                answer = self._client.get_table(DatabaseName=source.database, Name=source.name)
            except ClientError as exc:
                if error_code(exc) == "EntityNotFoundException":
                    return None
                raise
        table = answer["Table"]
        columns = (
            *table.get("StorageDescriptor", {}).get("Columns", []),
            *table.get("PartitionKeys", []),
        )
        return tuple((column["Name"], column.get("Type", "")) for column in columns)

    def crawled_since(self, moment: datetime) -> bool:
        with aws_errors():
            crawler = self._client.get_crawler(Name=self._refined_crawler)["Crawler"]
        last = crawler.get("LastCrawl", {})
        began_at = last.get("StartTime")
        # Glue keeps whole seconds; what is asked for has more.
        began_late_enough = began_at is not None and began_at >= moment.replace(microsecond=0)
        return began_late_enough and last.get("Status") == "SUCCEEDED"
