"""Crawl the targets of one crawler."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from millrace_localcloud.glue.crawlers.catalog_writer import CatalogWriter
from millrace_localcloud.glue.crawlers.classifiers.classify import Classifier
from millrace_localcloud.glue.crawlers.classifiers.csv_text import CsvRules
from millrace_localcloud.glue.crawlers.layout import TableLayout, find_tables
from millrace_localcloud.glue.crawlers.listing import CrawledObject, list_target
from millrace_localcloud.glue.crawlers.schema import Schema, merge, similar
from millrace_localcloud.glue.crawlers.settings import CrawlSettings


class CrawlStopped(Exception):
    """StopCrawler was called."""


@dataclass(frozen=True, slots=True)
class Crawl:
    """One crawl, with everything it touches passed in."""

    s3: Any
    classifier: Classifier
    custom: tuple[CsvRules, ...]
    settings: CrawlSettings
    writer: CatalogWriter
    log: Callable[[str], None]
    stopping: Callable[[], bool]

    def crawl(self, targets: Sequence[dict[str, Any]]) -> None:
        """Find and write the tables of every S3 target.

        Raises:
            CrawlStopped: The crawl was stopped; what was written stays.
            TargetMissing: A target's bucket does not exist.
            FormatRefused: An object has a format that is not crawled here.
        """
        for target in targets:
            objects = list_target(self.s3, target["Path"], target.get("Exclusions") or ())
            self.log(f"Found {len(objects)} objects in {target['Path']}")
            for layout in self._tables(target, objects):
                self._write(layout, target.get("SampleSize"))
        self.writer.forget([f"{_uri(target).rstrip('/')}/" for target in targets])

    def _tables(
        self, target: dict[str, Any], objects: Sequence[CrawledObject]
    ) -> list[TableLayout]:
        include = tuple(_uri(target).removeprefix("s3://").rstrip("/").split("/"))
        return find_tables(objects, include=include, level=self.settings.level, alike=self._alike)

    def _alike(self, samples: Sequence[CrawledObject]) -> bool:
        schemas = [self._schema(item) for item in samples]
        if self.settings.combine:
            return len({schema.classification for schema in schemas}) == 1
        return similar(schemas)

    def _schema(self, item: CrawledObject) -> Schema:
        if self.stopping():
            raise CrawlStopped
        return self.classifier.schema(item, self.custom)

    def _write(self, layout: TableLayout, sample_size: int | None) -> None:
        for item in layout.skipped:
            self.log(f"Skipped s3://{item.bucket}/{item.key}: not at the depth of its table")
        folders = [part.objects for part in layout.partitions] or [layout.objects]
        found = [[self._schema(item) for item in items[:sample_size]] for items in folders]
        kinds = Counter(schema.classification for schemas in found for schema in schemas)
        kind = kinds.most_common(1)[0][0]
        if len(kinds) > 1:
            self.log(f"{layout.location} holds {dict(kinds)}; its table is {kind}")
        alike = [[one for one in schemas if one.classification == kind] for schemas in found]
        table = merge([schema for schemas in alike for schema in schemas])
        self.writer.write(
            layout,
            table,
            [merge(schemas) if schemas else table for schemas in alike]
            if layout.partitions
            else [],
        )


def _uri(target: dict[str, Any]) -> str:
    path = str(target["Path"])
    return path if path.startswith("s3://") else f"s3://{path}"
