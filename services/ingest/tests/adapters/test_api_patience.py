"""An API that asks to wait, breaks off, never ends or is slow."""

from __future__ import annotations

import gzip
import json
import time
from datetime import timedelta

import pytest
from api_feed import (
    CURSOR,
    NOW,
    RECORDS,
    Reader,
    cursor_api,
    dataset_of,
    page_of,
)
from api_server import Answer

from millrace_ingest.errors import (
    SourceEndless,
    SourceTooSlow,
    SourceUnavailable,
)


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_asks_to_wait_is_waited_for(api, status):
    answers = [
        Answer(status=status, headers={"Retry-After": "0"}),
        Answer(status=status, headers={"Retry-After": "Mon, 01 Jan 2024 00:00:00 GMT"}),
    ]
    api.answer = lambda request: answers.pop() if answers else cursor_api(request)

    assert Reader(dataset_of(api, **CURSOR)).all() == RECORDS


def test_the_time_that_a_server_asks_for_is_kept(api):
    answers = [Answer(status=429, headers={"Retry-After": "1"})]
    api.answer = lambda request: answers.pop() if answers else cursor_api(request)
    began = time.monotonic()

    assert Reader(dataset_of(api, **CURSOR)).all() == RECORDS
    assert time.monotonic() - began >= 1


def test_a_long_wait_is_left_to_the_state_machine(api):
    api.answer = lambda _request: Answer(status=503, headers={"Retry-After": "3600"})

    with pytest.raises(SourceUnavailable, match="asks to wait 3600 s"):
        Reader(dataset_of(api)).all()
    assert len(api.requests) == 1


def test_a_body_that_is_cut_off_is_asked_for_again(api):
    def cut_off(write):
        write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n[{")

    answers = [Answer(trickle=cut_off)]
    api.answer = lambda request: answers.pop() if answers else cursor_api(request)

    assert Reader(dataset_of(api, **CURSOR)).all() == RECORDS


def test_a_truncated_gzip_is_asked_for_again(api):
    whole = gzip.compress(json.dumps(RECORDS).encode())
    answers = [whole, whole[:-9]]
    gzipped = {"Content-Encoding": "gzip"}
    api.answer = lambda _request: Answer(answers.pop(), headers=gzipped)

    assert Reader(dataset_of(api)).all() == RECORDS


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_cursor_that_comes_again_ends_in_an_error(api, length):
    def answer(request):
        at = int(request.params.get("after", 0))
        return page_of([{"n": at, "asked": len(api.requests)}], meta={"next": at % length + 1})

    api.answer = answer
    with pytest.raises(SourceEndless, match="answered before"):
        Reader(dataset_of(api, **CURSOR)).all()
    assert len(api.requests) <= length + 2


def test_a_cycle_is_found_though_every_page_is_a_call_of_its_own(api):
    def answer(request):
        at = int(request.params.get("after", 0))
        return page_of([{"n": at, "asked": len(api.requests)}], meta={"next": at % 5 + 1})

    api.answer = answer
    with pytest.raises(SourceEndless, match="answered before"):
        Reader(dataset_of(api, **CURSOR)).all(is_late=lambda: True)
    assert len(api.requests) < 25


def test_a_server_that_ignores_the_page_number_is_found_out(api):
    api.answer = lambda _request: Answer(json.dumps(RECORDS).encode())

    with pytest.raises(SourceEndless, match="same page"):
        Reader(dataset_of(api, pagination={"kind": "page"})).all()
    assert len(api.requests) == 2


@pytest.mark.parametrize(
    ("budget", "said"),
    [
        ({"pages": 2}, "over 2 pages"),
        ({"size_bytes": 150}, "over 150 bytes"),
        ({"page_bytes": 20}, "a page of over 20 bytes"),
    ],
)
def test_a_budget_holds_over_all_calls(api, budget, said):
    api.answer = cursor_api

    with pytest.raises(SourceEndless, match=said):
        Reader(dataset_of(api, **CURSOR, budget=budget)).all(is_late=lambda: True)


def test_a_time_budget_holds_from_the_beginning_of_the_extraction(api):
    api.answer = cursor_api
    dataset = dataset_of(api, **CURSOR, budget={"minutes": 30})

    with pytest.raises(SourceEndless, match="30 minutes"):
        Reader(dataset, now=lambda: NOW + timedelta(minutes=31)).all()


def test_a_few_bytes_that_uncompress_to_many_stop_at_the_budget(api):
    bomb = gzip.compress(bytes(64 * 1024 * 1024))
    api.answer = lambda _request: Answer(bomb, headers={"Content-Encoding": "gzip"})

    with pytest.raises(SourceEndless, match="a page of over"):
        Reader(dataset_of(api)).all()


@pytest.mark.parametrize("in_headers", [True, False])
def test_a_server_that_trickles_is_cut_off(api, in_headers):
    def trickle(write):
        write(b"HTTP/1.1 200 OK\r\n" + (b"" if in_headers else b"Content-Length: 9999\r\n\r\n"))
        until = time.monotonic() + 60
        while time.monotonic() < until:
            write(b"X-Header: x\r\n")
            time.sleep(0.1)

    api.answer = lambda _request: Answer(trickle=trickle)
    began = time.monotonic()

    with pytest.raises(SourceTooSlow, match="over 1 s"):
        Reader(dataset_of(api, budget={"page_seconds": 1})).all()
    assert time.monotonic() - began < 30
