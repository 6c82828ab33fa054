"""Pages of a real HTTP server, over real sockets."""

from __future__ import annotations

import gzip
import json

import pytest
from api_feed import (
    CURSOR,
    INCREMENTAL,
    PAGINATIONS,
    RECORDS,
    Reader,
    cursor_api,
    dataset_of,
    extraction_of,
)
from api_server import Answer

from millrace_ingest.errors import (
    SourceMalformed,
    WindowRefused,
)


@pytest.mark.parametrize("one_page_a_segment", [False, True])
@pytest.mark.parametrize("kind", PAGINATIONS)
def test_every_pagination_is_followed_to_its_end(api, kind, one_page_a_segment):
    api.answer, source = PAGINATIONS[kind]
    reader = Reader(dataset_of(api, **source))

    assert reader.all(is_late=lambda: one_page_a_segment) == RECORDS
    assert (len(reader.objects) > 1) is one_page_a_segment


def test_one_page_without_pagination_is_all(api):
    api.answer = lambda _request: Answer(json.dumps(RECORDS).encode())

    assert Reader(dataset_of(api)).all() == RECORDS
    assert len(api.requests) == 1


def test_json_lines_land_as_they_are(api):
    lines = "\n\n".join(json.dumps(record) for record in RECORDS)
    api.answer = lambda _request: Answer(lines.encode())

    assert Reader(dataset_of(api, response="jsonl")).all() == RECORDS


def test_csv_lands_as_it_came_each_page_an_object(api):
    pages = {"1": b'n,name\r\n1,"a\nb"\r\n', "2": b"n,name\r\n2,c\r\n", "3": b"n,name\r\n"}
    api.answer = lambda request: Answer(pages[request.params["page"]])
    reader = Reader(dataset_of(api, response="csv", pagination={"kind": "page"}))

    extraction, reached = reader.segment(extraction_of())
    while not reached.is_end:
        extraction, reached = reader.segment(extraction)

    assert [gzip.decompress(body) for body in reader.objects] == [pages["1"], pages["2"]]


@pytest.mark.parametrize("encoding", ["gzip", None])
def test_a_gzipped_page_is_opened(api, encoding):
    body = gzip.compress(json.dumps(RECORDS).encode())
    headers = {"Content-Encoding": encoding} if encoding else {"Content-Type": "application/gzip"}
    api.answer = lambda _request: Answer(body, headers=headers)

    assert Reader(dataset_of(api)).all() == RECORDS


def test_equal_records_make_equal_objects(api):
    api.answer = cursor_api
    first, second = Reader(dataset_of(api, **CURSOR)), Reader(dataset_of(api, **CURSOR))
    first.all()
    second.all()

    assert first.objects == second.objects


def test_the_watermark_is_sent_and_what_it_covers_does_not_land_again(api):
    api.answer = cursor_api
    reader = Reader(dataset_of(api, **CURSOR, **INCREMENTAL))

    assert reader.all(extraction_of(since="3")) == RECORDS[4:]
    assert reader.high == "6"
    assert {request.params["since"] for request in api.requests} == {"3"}


def test_a_window_holds_its_begin_and_not_its_end(api):
    api.answer = cursor_api
    incremental = INCREMENTAL["incremental"] | {"until_param": "until"}
    reader = Reader(dataset_of(api, **CURSOR, incremental=incremental))

    assert reader.all(extraction_of("2..5", "2", "5")) == RECORDS[2:5]
    assert api.requests[0].params == {"since": "2", "until": "5"}


def test_timestamps_are_compared_as_moments(api):
    records = [
        {"at": "2024-01-01T12:00:00+02:00"},
        {"at": "2024-01-01T11:00:00Z"},
        {"at": "2024-01-01T09:30:00"},
    ]
    api.answer = lambda _request: Answer(json.dumps(records).encode())
    reader = Reader(dataset_of(api, incremental={"field": "at", "param": "since"}))

    assert reader.all(extraction_of(since="2024-01-01T10:00:00Z")) == [records[1]]
    assert reader.high == records[1]["at"]


def test_without_a_watermark_the_initial_value_is_sent(api):
    incremental = {"field": "n", "param": "since", "initial": "0", "type": "number"}
    Reader(dataset_of(api, incremental=incremental)).all()

    assert api.requests[0].params == {"since": "0"}


def test_a_window_of_another_type_is_refused(api):
    with pytest.raises(WindowRefused, match="'tomorrow' is no number"):
        Reader(dataset_of(api, **INCREMENTAL)).all(extraction_of("w", "tomorrow", "5"))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html>", "no JSON"),
        (b'[{"n": NaN}]', "NaN"),
        (b'{"data": {}}', "no array"),
        (b"[1]", "no object"),
        (b"[" * 100_000, "no JSON"),
    ],
)
def test_an_answer_that_is_not_what_the_spec_says_is_named(api, body, said):
    api.answer = lambda _request: Answer(body)

    with pytest.raises(SourceMalformed, match=said):
        Reader(dataset_of(api)).all()


def test_a_record_without_the_incremental_field_is_named(api):
    api.answer = lambda _request: Answer(b'[{"m": 1}]')

    with pytest.raises(SourceMalformed, match="no n"):
        Reader(dataset_of(api, **INCREMENTAL)).all()
