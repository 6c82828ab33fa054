"""Credentials of an API: sent to its origin only, and kept nowhere."""

from __future__ import annotations

import json
import logging

import pytest
from api_feed import (
    CURSOR,
    RECORDS,
    TOKEN,
    Reader,
    cursor_api,
    dataset_of,
    extraction_of,
)
from api_server import Answer, served

from millrace_ingest.errors import (
    SecretMalformed,
    SourceMissing,
    SourceRefused,
)
from millrace_ingest.secret import Secret


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
