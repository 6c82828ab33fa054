"""Pages of a real HTTP server, over real sockets."""

from __future__ import annotations

import gzip
import io
import json
import logging
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from api_server import Answer, served

from millrace_contracts import Dataset
from millrace_contracts.state import LIVE, Extraction
from millrace_ingest.adapters.api.feed import connect_api
from millrace_ingest.adapters.api.network import is_public
from millrace_ingest.errors import (
    AddressRefused,
    SecretMalformed,
    SourceEndless,
    SourceMalformed,
    SourceMissing,
    SourceRefused,
    SourceTooSlow,
    SourceUnavailable,
    WindowRefused,
)
from millrace_ingest.secret import NO_SECRET, Secret

NOW = datetime(2024, 2, 29, 12, tzinfo=UTC)
RECORDS = [{"n": number, "name": f"Zürich {number}"} for number in range(7)]
TOKEN = "s3cr3t-t0ken"


@pytest.fixture
def api():
    with served() as api:
        yield api


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


INCREMENTAL = {"incremental": {"field": "n", "param": "since", "type": "number"}}


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
    ("auth", "fields", "header", "value"),
    [
        ({"kind": "bearer"}, {"token": TOKEN}, "authorization", f"Bearer {TOKEN}"),
        (
            {"kind": "basic"},
            {"user": "me", "password": "pw"},
            "authorization",
            "Basic bWU6cHc=",
        ),
        ({"kind": "api_key", "header": "X-Key"}, {"key": TOKEN}, "x-key", TOKEN),
    ],
)
def test_credentials_are_sent_in_a_header(api, auth, fields, header, value):
    Reader(dataset_of(api, auth=auth | {"secret": "s"}), Secret("s", fields)).all()

    assert api.requests[0].headers[header] == value


def test_a_key_in_the_query_is_sent_with_every_page_and_kept_nowhere(api, caplog):
    caplog.set_level(logging.INFO)

    def answer(request):
        assert request.params["key"] == TOKEN
        begin = int(request.params.get("at", 0))
        link = f'<{api.url}/v1/records?at={begin + 3}&key={TOKEN}>; rel="next"'
        body = json.dumps(RECORDS[begin : begin + 3]).encode()
        return Answer(body, headers={"Link": link} if begin + 3 < len(RECORDS) else {})

    api.answer = answer
    auth = {"kind": "api_key", "param": "key", "secret": "s"}
    dataset = dataset_of(api, auth=auth, pagination={"kind": "link"})
    reader = Reader(dataset, Secret("s", {"key": TOKEN}))
    extraction, reached = reader.segment(extraction_of(), is_late=lambda: True)

    assert not reached.is_end
    assert TOKEN not in reached.cursor
    reader.all(extraction)
    assert TOKEN not in caplog.text

    api.answer = lambda _request: Answer(status=404)
    with pytest.raises(SourceMissing) as caught:
        reader.all()
    assert TOKEN not in str(caught.value)


def test_a_secret_without_its_field_is_named(api):
    auth = {"kind": "bearer", "secret": "millrace/records"}
    with pytest.raises(SecretMalformed, match="token"):
        Reader(dataset_of(api, auth=auth), Secret("millrace/records", {"tokn": TOKEN})).all()


def oauth_api(api, tokens):
    def answer(request):
        if request.path == "/token":
            assert request.body == "grant_type=client_credentials&scope=read"
            assert request.headers["authorization"] == "Basic aWQ6c2VjcmV0"
            tokens.append(f"token-{len(tokens)}")
            body = json.dumps({"access_token": tokens[-1], "expires_in": 3600})
            return Answer(body.encode())
        if request.headers.get("authorization") != f"Bearer {tokens[-1]}":
            return Answer(status=401)
        return cursor_api(request)

    return answer


def test_a_client_credentials_token_is_fetched_once_and_renewed_when_refused(api):
    tokens = []
    granted = oauth_api(api, tokens)

    def answer(request):
        if request.params.get("after") == "3" and len(tokens) == 1:
            return Answer(status=401)
        return granted(request)

    api.answer = answer
    auth = {"kind": "oauth2", "secret": "s", "token_url": f"{api.url}/token", "scope": "read"}
    secret = Secret("s", {"client_id": "id", "client_secret": "secret"})

    assert Reader(dataset_of(api, auth=auth, **CURSOR), secret).all() == RECORDS
    assert tokens == ["token-0", "token-1"]


@pytest.mark.parametrize("status", [401, 403])
def test_refused_credentials_are_named(api, status):
    api.answer = lambda _request: Answer(status=status)

    with pytest.raises(SourceRefused, match=f"status {status}"):
        Reader(dataset_of(api)).all()


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


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)
def test_an_address_that_is_not_public_is_known(address):
    assert is_public(address) is False


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "2606:2800:21f:cb07::1", "64:ff9b::5db8:d70e"]
)
def test_a_public_address_is_known(address):
    assert is_public(address) is True


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0x7f.1", "2130706433"])
def test_a_private_server_is_not_connected_to(api, host):
    port = api.url.rsplit(":", 1)[1]
    source = {"url": f"http://{host}:{port}/v1/records", "allow_private": False}

    with pytest.raises(AddressRefused, match="not public"):
        Reader(dataset_of(api, **source)).all()
    assert api.requests == []


@pytest.mark.parametrize("by", ["redirect", "link"])
def test_where_a_server_leads_is_checked_too(api, by):
    """The server's own address is taken for public; the one it leads to is not."""
    private = "http://169.254.169.254/latest/meta-data/"

    def answer(_request):
        if by == "redirect":
            return Answer(status=302, headers={"Location": private})
        return Answer(json.dumps(RECORDS).encode(), headers={"Link": f'<{private}>; rel="next"'})

    api.answer = answer
    dataset = dataset_of(api, allow_private=False, pagination={"kind": "link"})
    with connect_api(dataset, dataset.source, NO_SECRET, lambda: NOW, time.sleep) as feed:
        guard = feed._client._transport.guard
        connect = guard.connect_tcp

        def connect_tcp(host, *arguments, **named):
            guard._allow_private = host == "127.0.0.1"
            return connect(host, *arguments, **named)

        guard.connect_tcp = connect_tcp
        with pytest.raises(AddressRefused, match=r"169\.254\.169\.254"):
            feed.read(extraction_of(), io.BytesIO(), lambda: None, lambda: False)


def test_another_server_gets_no_credentials(api):
    with served() as other:
        other.answer = lambda _request: Answer(json.dumps(RECORDS).encode())
        api.answer = lambda _request: Answer(status=307, headers={"Location": f"{other.url}/x"})
        dataset = dataset_of(
            api, auth={"kind": "api_key", "header": "X-Key", "secret": "s"}, headers={"X-Team": "a"}
        )

        assert Reader(dataset, Secret("s", {"key": TOKEN})).all() == RECORDS
        assert api.requests[0].headers["x-key"] == TOKEN
        assert {"x-key", "x-team"}.isdisjoint(other.requests[0].headers)


def test_redirects_end(api):
    api.answer = lambda _request: Answer(status=302, headers={"Location": "/v1/records"})

    with pytest.raises(SourceMalformed, match="redirects more than"):
        Reader(dataset_of(api)).all()
