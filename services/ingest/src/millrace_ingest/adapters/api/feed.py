"""Feed of an API's pages."""

from __future__ import annotations

import codecs
import csv
import gzip
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import IO, Any, BinaryIO, NoReturn

from millrace_contracts import Dataset
from millrace_contracts.dataset import ApiSource, CsvFormat
from millrace_contracts.state import Extraction
from millrace_ingest.adapters.api.client import ApiClient, Page
from millrace_ingest.adapters.api.documents import JsonPage
from millrace_ingest.adapters.api.places import Pagination, Place
from millrace_ingest.adapters.api.progress import Progress
from millrace_ingest.errors import SourceEndless, SourceMalformed
from millrace_ingest.feeds import Reached
from millrace_ingest.secret import Secret
from millrace_ingest.versions import public_url

_SEGMENT_BYTES = 64 * 1024 * 1024
"""Of pages, uncompressed, after which a segment ends."""
_COMPRESSION = 5
_CHUNK_BYTES = 1024 * 1024


class ApiFeed:
    """Records of JSON and JSON lines as JSON lines, CSV as it came; gzipped."""

    def __init__(
        self,
        spec: ApiSource,
        client: ApiClient,
        now: Callable[[], datetime],
        header_lines: int,
    ) -> None:
        self._spec = spec
        self._client = client
        self._now = now
        self._header_lines = header_lines
        self.place = public_url(spec.url)
        self.ending = ".csv.gz" if spec.response == "csv" else ".jsonl.gz"

    def until(self) -> str:
        return ""

    def read(
        self,
        extraction: Extraction,
        sink: BinaryIO,
        beat: Callable[[], None],
        is_late: Callable[[], bool],
    ) -> Reached:
        progress = Progress(self._spec.incremental, extraction, self.place)
        pagination = Pagination(self._spec, progress.params())
        ends_at = extraction.began_at + timedelta(minutes=self._spec.budget.minutes)
        place: Place | None = Place.parse(extraction.cursor)
        taken = size_bytes = 0
        # No name and no time in the header, so that equal records make equal objects.
        with gzip.GzipFile("", "wb", _COMPRESSION, sink, mtime=0) as packed:
            while place is not None:
                if self._now() >= ends_at:
                    minutes = self._spec.budget.minutes
                    raise SourceEndless(f"{self.place} takes over {minutes} minutes")
                url, params = pagination.request(place)
                with self._client.page(url, params, beat) as page:
                    records, admitted, document = self._copy(page, packed, progress)
                    place = pagination.behind(place, page, document, records)
                    size_bytes += page.size_bytes
                taken += admitted
                beat()
                is_full = size_bytes >= _SEGMENT_BYTES or self._spec.response == "csv"
                if taken and (is_full or is_late()):
                    break
        cursor = place.text() if place is not None else ""
        return Reached(cursor, progress.high, taken, is_end=place is None)

    def _copy(
        self, page: Page, packed: gzip.GzipFile, progress: Progress
    ) -> tuple[int, int, object]:
        """How many records the page held, how many were written, and the body if it is JSON."""
        if self._spec.response == "csv":
            records = self._count_rows(page.body)
            page.body.seek(0)
            while records and (chunk := page.body.read(_CHUNK_BYTES)):
                packed.write(chunk)
            return records, records, None
        if self._spec.response == "jsonl":
            lines = (self._parse(line) for line in page.body if line.strip())
            return (*self._write(lines, packed, progress), None)
        with self._json_errors():
            document = JsonPage(page.body.read(), self._spec.records, self._refuse_constant)
            held, admitted = self._write(document.records(), packed, progress)
        if not document.has_records:
            what = f"{self._spec.records} of the body" if self._spec.records else "the body"
            raise SourceMalformed(f"{self.place}: {what} is no array")
        return held, admitted, document.rest

    def _write(
        self, records: Iterable[object], packed: gzip.GzipFile, progress: Progress
    ) -> tuple[int, int]:
        held = admitted = 0
        for record in records:
            if not isinstance(record, dict):
                raise SourceMalformed(f"{self.place}: record {held + 1} of a page is no object")
            held += 1
            if progress.admits(record):
                admitted += 1
                text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
                packed.write(text.encode("utf-8", "surrogatepass") + b"\n")
        return held, admitted

    def _parse(self, text: bytes) -> Any:
        with self._json_errors():
            return json.loads(text, parse_constant=self._refuse_constant)

    @contextmanager
    def _json_errors(self) -> Iterator[None]:
        try:
            yield
        except (ValueError, RecursionError):
            # Without the cause, which quotes the body.
            raise SourceMalformed(f"{self.place} answered what is no JSON") from None

    def _refuse_constant(self, name: str) -> NoReturn:
        raise SourceMalformed(f"{self.place} answered {name}, which is no JSON")

    def _count_rows(self, body: IO[bytes]) -> int:
        lines = csv.reader(codecs.iterdecode(body, "utf-8", "replace"))
        try:
            return max(sum(1 for line in lines if line) - self._header_lines, 0)
        except csv.Error as exc:
            raise SourceMalformed(f"{self.place} answered what is no CSV: {exc}") from exc


@contextmanager
def connect_api(
    dataset: Dataset,
    source: ApiSource,
    secret: Secret,
    now: Callable[[], datetime],
    sleep: Callable[[float], None],
) -> Iterator[ApiFeed]:
    """Open an API for the length of a context.

    Args:
        dataset: Whose format tells whether a page of CSV has a header.
        source: Its source.
        secret: What ``auth.secret`` names; NO_SECRET without one.
        now: The moment, in UTC.
        sleep: Waits as long as a server asks for.
    """
    has_header = isinstance(dataset.format, CsvFormat) and dataset.format.header
    client = ApiClient(source, secret, sleep)
    try:
        yield ApiFeed(source, client, now, int(has_header))
    finally:
        client.close()
