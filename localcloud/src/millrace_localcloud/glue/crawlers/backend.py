"""Crawler and classifier operations."""

from __future__ import annotations

import threading
import time
from typing import Any, ClassVar

from moto.core.utils import utcnow
from moto.glue.exceptions import (
    CrawlerAlreadyExistsException,
    CrawlerNotRunningException,
    CrawlerRunningException,
    EntityNotFoundException,
    GlueClientError,
)
from moto.glue.models import GlueBackend

from millrace_localcloud.glue.crawlers.run import Crawler, CrawlRecord
from millrace_localcloud.glue.crawlers.runner import CrawlRunner
from millrace_localcloud.glue.crawlers.settings import read_settings, require_s3_targets

_SHORT_CRAWL_S = 0.4
"""How long StartCrawler waits for a crawl to end before it answers."""
_starting = threading.Lock()


class CrawlersBackend(GlueBackend):
    """moto's crawlers, really crawling."""

    crawl_runner: ClassVar[CrawlRunner]

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.classifiers: dict[str, dict[str, Any]] = {}

    def create_crawler(self, name: str, **given: Any) -> None:
        if name in self.crawlers:
            raise CrawlerAlreadyExistsException
        self._check(given)
        self.crawlers[name] = Crawler(name=name, backend=self, **given)

    def update_crawler(self, name: str, **given: Any) -> None:
        """Change the members that are given (AWS Glue API, UpdateCrawler)."""
        crawler = self.get_crawler(name)
        if crawler.running:
            raise CrawlerRunningException(f"Crawler with name {name} is running")
        changed = {member: value for member, value in given.items() if value is not None}
        self._check({**vars(crawler), **changed})
        vars(crawler).update(changed)
        crawler.last_updated = utcnow()
        crawler.version += 1

    def delete_crawler(self, name: str) -> None:
        if self.get_crawler(name).running:
            raise CrawlerRunningException(f"Crawler with name {name} is running")
        super().delete_crawler(name)

    def start_crawler(self, name: str) -> None:
        with _starting:
            crawler = self.get_crawler(name)
            if crawler.running:
                raise CrawlerRunningException(f"Crawler with name {name} has already started")
            record = CrawlRecord(name)
            crawler.crawls.append(record)
        self.crawl_runner.start(self, crawler, record)
        # A crawl of a few files is over before its client could ask: it need not ask in vain.
        deadline = time.monotonic() + _SHORT_CRAWL_S
        while crawler.running and time.monotonic() < deadline:
            time.sleep(0.01)

    def stop_crawler(self, name: str) -> None:
        with _starting:
            crawler = self.get_crawler(name)
            if crawler.status != "RUNNING":
                raise CrawlerNotRunningException(f"Crawler with name {name} isn't running")
            crawler.crawls[-1].status = "STOPPING"

    def classifier(self, name: str) -> dict[str, Any]:
        """A classifier by name. Raises EntityNotFoundException."""
        try:
            return self.classifiers[name]
        except KeyError:
            raise EntityNotFoundException(f"Classifier {name} not found.") from None

    def put_classifier(self, given: dict[str, Any], *, create: bool) -> None:
        """Create or change a CSV classifier, the one kind that works here."""
        others = [kind for kind in given if kind != "CsvClassifier"]
        if others or "CsvClassifier" not in given:
            raise _invalid(f"{', '.join(others)}: the local cloud has CsvClassifier alone")
        asked = given["CsvClassifier"]
        name, now = asked["Name"], utcnow()
        if create and name in self.classifiers:
            raise GlueClientError("AlreadyExistsException", f"Classifier {name} already exists")
        if asked.get("CustomDatatypes"):
            raise _invalid("CustomDatatypes do not work in the local cloud")
        held = {"CreationTime": now, "Version": 0} if create else self.classifier(name)
        version = held["Version"] + 1
        self.classifiers[name] = {**held, **asked, "LastUpdated": now, "Version": version}

    def delete_classifier(self, name: str) -> None:
        self.classifier(name)
        del self.classifiers[name]

    def end_lost_crawls(self) -> None:
        """Crawls of a cloud that is gone are not going on."""
        for crawler in self.crawlers.values():
            for crawl in crawler.crawls:
                if crawl.end_time is None:
                    crawl.end("FAILED", "The local cloud was stopped during the crawl")

    def _check(self, given: dict[str, Any]) -> None:
        require_s3_targets(given.get("targets"))
        if given.get("schedule"):
            raise _invalid(
                "Schedule: the local cloud starts no crawler by itself; "
                "let EventBridge Scheduler call StartCrawler"
            )
        read_settings(
            given.get("schema_change_policy"),
            given.get("recrawl_policy"),
            given.get("configuration"),
        )
        for name in given.get("classifiers") or ():
            self.classifier(name)


def _invalid(message: str) -> GlueClientError:
    return GlueClientError("InvalidInputException", message)
