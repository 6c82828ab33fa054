"""The records of a crawler and its crawls. Only data: they are pickled with their backend."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

from moto.core.utils import utcnow
from moto.glue.models import FakeCrawl, FakeCrawler

_LAST_CRAWL = {"COMPLETED": "SUCCEEDED", "STOPPED": "CANCELLED", "FAILED": "FAILED"}
"""Status of LastCrawl by the state that ListCrawls answers (AWS Glue API, Crawlers)."""


class CrawlRecord(FakeCrawl):
    """One crawl, whose status is true, where moto's pretends to progress."""

    def __init__(self, crawler_name: str) -> None:
        super().__init__(crawler_name)
        self._status = "RUNNING"
        self.dpu_hour = 0
        # The API answers milliseconds: rounded down, a crawl would begin before it was asked for.
        begun = math.ceil(datetime.now(UTC).timestamp() * 1000) / 1000
        self.start_time = datetime.fromtimestamp(begun, UTC).replace(tzinfo=None)
        self.error_message: str | None = None
        self.tables_created = self.tables_updated = self.tables_deleted = 0

    @property
    def status(self) -> str:
        return str(self._status)

    @status.setter
    def status(self, value: str) -> None:
        self._status = value

    def advance(self) -> None:
        """Do nothing: moto moves a state on when it is read, this one moves on its own."""

    def end(self, status: str, error_message: str | None = None) -> None:
        self.error_message = error_message
        self.end_time = utcnow()
        self.status = status

    @property
    def runtime_s(self) -> float:
        return float(((self.end_time or utcnow()) - self.start_time).total_seconds())

    def as_dict(self) -> dict[str, Any]:
        described: dict[str, Any] = super().as_dict()
        if self.error_message:
            described["ErrorMessage"] = self.error_message
        return described

    def as_last_crawl(self) -> dict[str, Any]:
        """LastCrawlInfo of an ended crawl."""
        described = {
            "Status": _LAST_CRAWL[self.status],
            "LogGroup": self.log_group,
            "LogStream": self.log_stream,
            "MessagePrefix": self.message_prefix,
            "StartTime": self.start_time,
        }
        return described | ({"ErrorMessage": self.error_message} if self.error_message else {})


class Crawler(FakeCrawler):
    """A crawler whose crawls are ``CrawlRecord``."""

    def as_dict(self) -> dict[str, Any]:
        described: dict[str, Any] = super().as_dict()
        described.pop("LastCrawl", None)
        if ended := [crawl for crawl in self.crawls if crawl.status in _LAST_CRAWL]:
            described["LastCrawl"] = ended[-1].as_last_crawl()
        elapsed = self.crawls[-1].runtime_s * 1000 if self.running else 0
        return described | {"CrawlElapsedTime": int(elapsed)}

    @property
    def running(self) -> bool:
        return self.status != "READY"

    def metrics(self) -> dict[str, Any]:
        """CrawlerMetrics."""
        times = sorted(crawl.runtime_s for crawl in self.crawls if crawl.end_time)
        last = self.crawls[-1] if self.crawls else None
        return {
            "CrawlerName": self.name,
            "TimeLeftSeconds": 0.0,
            "StillEstimating": self.running,
            "LastRuntimeSeconds": last.runtime_s if last and last.end_time else 0.0,
            "MedianRuntimeSeconds": times[len(times) // 2] if times else 0.0,
            "TablesCreated": last.tables_created if last else 0,
            "TablesUpdated": last.tables_updated if last else 0,
            "TablesDeleted": last.tables_deleted if last else 0,
        }
