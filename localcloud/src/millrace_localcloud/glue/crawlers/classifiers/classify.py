"""Open an object and ask each classifier in turn what it is."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from millrace_localcloud.glue.crawlers.classifiers.csv_text import CsvRules, classify_csv
from millrace_localcloud.glue.crawlers.classifiers.json_text import classify_json
from millrace_localcloud.glue.crawlers.classifiers.parquet_file import classify_parquet
from millrace_localcloud.glue.crawlers.listing import CrawledObject
from millrace_localcloud.glue.crawlers.schema import UNKNOWN, Schema

_SAMPLE_BYTES = 1024**2
"""A crawler reads the first megabyte of a text file ("Crawlers", AWS Glue Developer Guide)."""
_GZIP = b"\x1f\x8b"
_PARQUET = b"PAR1"
_UNREADABLE = {
    b"Obj\x01": "Avro",
    b"ORC": "ORC",
    b"BZh": "bzip2",
    b"PK\x03\x04": "ZIP",
    b"\x28\xb5\x2f\xfd": "Zstandard",
}
_MAGIC_BYTES = 4
_KEPT_SCHEMAS = 20_000


class FormatRefused(Exception):
    """Glue classifies this format and the local cloud does not."""


class Classifier:
    """Schemas of objects, each read once: a schema is kept under the object's ETag."""

    def __init__(self, s3: Any, lake: Path) -> None:
        self._s3 = s3
        self._lake = lake
        self._known: dict[tuple[CrawledObject, tuple[CsvRules, ...]], Schema] = {}

    def schema(self, item: CrawledObject, custom: tuple[CsvRules, ...]) -> Schema:
        """Schema of an object; UNKNOWN when no classifier knows it.

        Args:
            item: The object.
            custom: The crawler's own classifiers, asked first.

        Raises:
            FormatRefused: Only Glue can read it.
        """
        if (item, custom) not in self._known:
            if len(self._known) >= _KEPT_SCHEMAS:
                self._known.clear()
            with self._open(item) as file:
                self._known[item, custom] = _classify(file, item, custom)
        return self._known[item, custom]

    def _open(self, item: CrawledObject) -> BinaryIO:
        path = self._lake / item.bucket / item.key
        if path.is_file() and path.stat().st_size == item.size_bytes:
            return path.open("rb")
        return io.BytesIO(self._s3.get_object(Bucket=item.bucket, Key=item.key)["Body"].read())


def _classify(file: BinaryIO, item: CrawledObject, custom: Sequence[CsvRules]) -> Schema:
    magic = file.read(_MAGIC_BYTES)
    file.seek(0)
    for sign, name in _UNREADABLE.items():
        if magic.startswith(sign):
            raise FormatRefused(
                f"s3://{item.bucket}/{item.key} is {name}, which the local cloud does not crawl"
            )
    if magic == _PARQUET:
        return classify_parquet(file)
    head = file.read(_SAMPLE_BYTES)
    compression = "none"
    whole = item.size_bytes <= len(head)
    if head.startswith(_GZIP):
        head = zlib.decompressobj(wbits=31).decompress(head, _SAMPLE_BYTES)
        compression = "gzip"
        whole = whole and len(head) < _SAMPLE_BYTES
    text = _whole_lines(head, whole)
    schema = _classify_text(text, custom) if text is not None else None
    return replace(schema, compression=compression) if schema else UNKNOWN


def _classify_text(text: str, custom: Sequence[CsvRules]) -> Schema | None:
    for rules in custom:
        if schema := classify_csv(text, rules):
            return schema
    return classify_json(text) or classify_csv(text, CsvRules())


def _whole_lines(head: bytes, whole: bool) -> str | None:
    if not whole and b"\n" in head:
        head = head[: head.rindex(b"\n") + 1]
    try:
        return head.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
