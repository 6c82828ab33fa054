"""The memory of a worker's process stays the same, however much its files or pages hold."""

from __future__ import annotations

import gzip
import json
import os
from contextlib import contextmanager
from functools import partial

import asyncssh
import pytest
from api_server import Answer, served
from ftp_servers import PASSWORD, USER, ftp_server, sftp_server
from memory_of import MIB

SMALL_BYTES, FILE_BYTES = 24 * MIB, 72 * MIB
"""Three parts of an upload, and nine."""
HOST_KEY = asyncssh.generate_private_key("ssh-ed25519")


def _long_file(folder, size_bytes):
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "a.csv").open("wb") as file:
        file.truncate(size_bytes)


def test_a_gzip_of_a_folder(on_scale, tmp_path):
    def packed(mib, *, noise):
        with gzip.open(tmp_path / "a.csv.gz", "wb", 1) as file:
            for _ in range(mib):
                file.write(bytes(MIB - noise) + os.urandom(noise))
        return {"kind": "filesystem", "url": "file://{mount}", "match": "*.gz"}

    small, large = (partial(packed, mib, noise=MIB // 4) for mib in (24, 104))
    on_scale(tmp_path).weigh("a gzip of a folder", small, large)


@contextmanager
def _ftp(root):
    with ftp_server(root) as port:
        yield {"url": f"ftp://127.0.0.1:{port}/out"}


@contextmanager
def _sftp(root):
    with sftp_server(root, HOST_KEY) as port:
        key = HOST_KEY.export_public_key().decode().strip()
        yield {"url": f"sftp://127.0.0.1:{port}/out", "host_key": key}


@pytest.mark.parametrize("serve", [_ftp, _sftp])
def test_a_file_of_a_server(on_scale, tmp_path, serve):
    with serve(tmp_path) as where:

        def long(size_bytes):
            _long_file(tmp_path / "out", size_bytes)
            return {"kind": "ftp", "secret": "millrace/source", "settle_s": 0, **where}

        secret = {"user": USER, "password": PASSWORD}
        small, large = (partial(long, size) for size in (SMALL_BYTES, FILE_BYTES))
        name = f"a file over {serve.__name__[1:].upper()}"
        assert on_scale(tmp_path).weigh(name, small, large, secret=secret) == FILE_BYTES


def test_a_file_of_another_bucket(on_scale, tmp_path):
    scale = on_scale(tmp_path)

    def long(size_bytes):
        scale.cloud.s3.create_bucket(Bucket="theirs")
        scale.cloud.s3.put_object(Bucket="theirs", Key="out/a.csv", Body=bytes(size_bytes))
        return {"kind": "filesystem", "url": "s3://theirs/out"}

    small, large = (partial(long, size) for size in (SMALL_BYTES, FILE_BYTES))
    assert scale.weigh("a file of another bucket", small, large) == FILE_BYTES


def _page(number, records, note_bytes):
    notes = [os.urandom(note_bytes).hex() for _ in range(records)]
    items = [{"id": n, "note": note, "tags": ["a", "b"]} for n, note in enumerate(notes)]
    page = json.dumps({"number": number, "items": items}).encode()
    assert 6 * MIB < len(page) < 8 * MIB
    return gzip.compress(page, 1)


def test_pages_as_long_as_they_may_be(on_scale, tmp_path):
    # Many short records weigh most once parsed; long ones are parsed sooner. A page that comes
    # twice running would be refused.
    short, long, other = _page(0, 70_000, 30), _page(1, 6_000, 560), _page(2, 6_000, 560)

    with served() as api:

        def offer(pages):
            def answer(request):
                at = int(request.params.get("page", 1))
                packed = pages[at - 1] if at <= len(pages) else gzip.compress(b'{"items": []}')
                return Answer(packed, headers={"Content-Encoding": "gzip"})

            api.answer = answer
            return {
                "kind": "api",
                "url": api.url,
                "allow_private": True,
                "records": "items",
                "pagination": {"kind": "page"},
                "auth": {"kind": "bearer", "secret": "millrace/source"},
            }

        small = partial(offer, [short, long])
        large = partial(offer, [short, long, other, long, short, other, long, other])
        on_scale(tmp_path).weigh("pages of an API", small, large, secret={"token": "t"})
