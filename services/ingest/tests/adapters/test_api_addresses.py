"""Where an API may lead: to public addresses only, unless the spec says so."""

from __future__ import annotations

import io
import json
import time

import pytest
from api_feed import (
    NOW,
    RECORDS,
    Reader,
    dataset_of,
    extraction_of,
)
from api_server import Answer

from millrace_ingest.adapters.api.feed import connect_api
from millrace_ingest.adapters.api.network import is_public
from millrace_ingest.errors import (
    AddressRefused,
    SourceMalformed,
)
from millrace_ingest.secret import NO_SECRET


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


def test_redirects_end(api):
    api.answer = lambda _request: Answer(status=302, headers={"Location": "/v1/records"})

    with pytest.raises(SourceMalformed, match="redirects more than"):
        Reader(dataset_of(api)).all()
