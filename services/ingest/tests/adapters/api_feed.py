"""A feed on the tests' HTTP server, and how a test reads it."""

from __future__ import annotations

import gzip
import io
import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from api_server import Answer

from millrace_contracts import Dataset
from millrace_contracts.state import LIVE, Extraction
from millrace_ingest.adapters.api.feed import connect_api
from millrace_ingest.secret import NO_SECRET

NOW = datetime(2024, 2, 29, 12, tzinfo=UTC)


RECORDS = [{"n": number, "name": f"Zürich {number}"} for number in range(7)]


TOKEN = "s3cr3t-t0ken"


def dataset_of(api, **source):
    source = {"kind": "api", "url": f"{api.url}/v1/records", "allow_private": True} | source
    lands = "csv" if source.get("response") == "csv" else "jsonl"
    return Dataset.model_validate(
        {
            "name": "records",
            "owner": {"team": "network", "email": "network@example.com"},
            "source": source,
            "format": {"kind": lands},
            "columns": [{"name": "n", "type": "int"}],
        }
    )


def extraction_of(scope=LIVE, since="", until=""):
    later = NOW + timedelta(minutes=1)
    return Extraction("records", scope, "e1", "r1", NOW, since, until, "r1", later)


class Reader:
    """Reads a feed segment by segment, as the use case does."""

    def __init__(self, dataset, secret=NO_SECRET, *, now=lambda: NOW):
        self._arguments = (dataset, dataset.source, secret, now, time.sleep)
        self.objects = []

    def segment(self, extraction, *, is_late=lambda: False):
        sink = io.BytesIO()
        with connect_api(*self._arguments) as feed:
            reached = feed.read(extraction, sink, lambda: None, is_late)
        if reached.records:
            self.objects.append(sink.getvalue())
        advanced = replace(extraction, cursor=reached.cursor, high=reached.high)
        return advanced, reached

    def all(self, extraction=None, *, is_late=lambda: False):
        """Records of every segment; each is read by a connection of its own."""
        extraction, reached = self.segment(extraction or extraction_of(), is_late=is_late)
        while not reached.is_end:
            extraction, reached = self.segment(extraction, is_late=is_late)
        self.high = reached.high
        return [json.loads(line) for line in self.text().splitlines()]

    def text(self):
        return b"".join(map(gzip.decompress, self.objects)).decode()


def page_of(records, **around):
    return Answer(json.dumps({"data": {"items": records}, **around}).encode())


def cursor_api(request):
    begin = int(request.params.get("after", 0))
    following = begin + 3 if begin + 3 < len(RECORDS) else None
    return page_of(RECORDS[begin : begin + 3], meta={"next": following})


def page_api(request):
    begin = (int(request.params["page"]) - 1) * 3
    return Answer(json.dumps(RECORDS[begin : begin + 3]).encode())


def offset_api(request):
    begin, limit = int(request.params["offset"]), int(request.params["limit"])
    return Answer(json.dumps(RECORDS[begin : begin + min(limit, 2)]).encode())


def link_api(request):
    begin = int(request.params.get("at", 0))
    body = json.dumps(RECORDS[begin : begin + 3]).encode()
    link = f'</v1/records?at={begin + 3}>; rel="next", </v1/records>; rel="first"'
    return Answer(body, headers={"Link": link} if begin + 3 < len(RECORDS) else {})


def next_url_api(request):
    begin = int(request.params.get("at", 0))
    following = f"?at={begin + 3}" if begin + 3 < len(RECORDS) else ""
    return page_of(RECORDS[begin : begin + 3], next=following)


CURSOR = {
    "records": "data.items",
    "pagination": {"kind": "cursor", "path": "meta.next", "param": "after"},
}


PAGINATIONS = {
    "cursor": (cursor_api, CURSOR),
    "page": (page_api, {"pagination": {"kind": "page"}}),
    "offset": (offset_api, {"pagination": {"kind": "offset", "limit": 3}}),
    "link": (link_api, {"pagination": {"kind": "link"}}),
    "next_url": (
        next_url_api,
        {"records": "data.items", "pagination": {"kind": "next_url", "path": "next"}},
    ),
}


INCREMENTAL = {"incremental": {"field": "n", "param": "since", "type": "number"}}
