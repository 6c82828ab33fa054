"""Run crawls, each in a thread of its own."""

from __future__ import annotations

import threading
import time
import traceback
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.glue.crawlers.catalog_writer import CatalogWriter
from millrace_localcloud.glue.crawlers.classifiers.classify import Classifier, FormatRefused
from millrace_localcloud.glue.crawlers.classifiers.csv_text import rules_of
from millrace_localcloud.glue.crawlers.crawl import Crawl, CrawlStopped
from millrace_localcloud.glue.crawlers.listing import TargetMissing
from millrace_localcloud.glue.crawlers.run import Crawler, CrawlRecord
from millrace_localcloud.glue.crawlers.settings import read_settings
from millrace_localcloud.jobs.log_events import put_lines

_LOOK_EVERY_S = 0.1
_FAULT = "Internal Service Exception"
"""What AWS answers for a crawl that broke on its side."""


class CrawlRunner:
    """Starts crawls and keeps what they learned of unchanged objects."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    @cached_property
    def _classifier(self) -> Classifier:
        return Classifier(self._cloud.client("s3"), self._cloud.home.lake)

    def start(self, backend: Any, crawler: Crawler, record: CrawlRecord) -> None:
        """Crawl in the background."""
        threading.Thread(
            target=self._run,
            args=(backend, crawler, record),
            name=f"crawl-{crawler.name}",
            daemon=True,
        ).start()

    def _run(self, backend: Any, crawler: Crawler, record: CrawlRecord) -> None:
        lines: list[str] = []

        def log(message: str) -> None:
            lines.append(f"[{record.crawl_id}] INFO : {message}")

        status, error = "FAILED", "The crawl ended without a result"
        try:
            status, error = self._crawl(backend, crawler, record, log)
        except Exception as exc:
            error = f"{type(exc).__name__}: {exc}"
            lines.extend(traceback.format_exc().splitlines())
            raise
        finally:
            log(f"Crawl ended as {status}{f': {error}' if error else ''}")
            put_lines(self._cloud, "/aws-glue/crawlers", crawler.name, lines)
            with self._cloud.keeping.ending("glue"):
                record.end(status, error or None)

    def _crawl(
        self, backend: Any, crawler: Crawler, record: CrawlRecord, log: Any
    ) -> tuple[str, str]:
        fault = self._cloud.faults.take("glue-crawler", crawler.name)
        if fault and fault.kind == "hang":
            while record.status != "STOPPING":
                time.sleep(_LOOK_EVERY_S)
            return "STOPPED", ""
        if fault:
            return "FAILED", _FAULT
        settings = read_settings(
            crawler.schema_change_policy, crawler.recrawl_policy, crawler.configuration
        )
        writer = CatalogWriter(backend, crawler, settings, log)
        crawl = Crawl(
            s3=self._cloud.client("s3"),
            classifier=self._classifier,
            custom=tuple(rules_of(backend.classifier(name)) for name in crawler.classifiers or ()),
            settings=settings,
            writer=writer,
            log=log,
            stopping=lambda: record.status == "STOPPING",
        )
        try:
            crawl.crawl(crawler.targets["S3Targets"])
        except CrawlStopped:
            return "STOPPED", ""
        except (TargetMissing, FormatRefused, ClientError, BotoCoreError) as exc:
            return "FAILED", str(exc)
        written = writer.written
        record.tables_created = len(written.created)
        record.tables_updated = len(written.updated)
        record.tables_deleted = len(written.deleted)
        log(f"Created {written.created}, updated {written.updated}, deleted {written.deleted}")
        return "COMPLETED", ""
