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

SMALL_BYTES, FILE_BYTES = 24 * MIB, 144 * MIB
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

    small, large = (partial(packed, mib, noise=MIB // 4) for mib in (24, 144))
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


def test_pages_as_long_as_they_may_be(on_scale, tmp_path):
    notes = [os.urandom(30).hex() for _ in range(70_000)]
    records = [{"id": n, "note": note, "tags": ["a", "b"]} for n, note in enumerate(notes)]
    pages = [json.dumps({"number": n, "items": records}).encode() for n in range(2)]
    assert 6 * MIB < len(pages[0]) < 8 * MIB
    packed = [gzip.compress(page, 1) for page in pages]

    with served() as api:

        def offer(count):
            def answer(request):
                at = int(request.params.get("page", 1))
                body = packed[at % 2] if at <= count else b'{"items": []}'
                return Answer(body, headers={"Content-Encoding": "gzip"} if at <= count else {})

            api.answer = answer
            return {
                "kind": "api",
                "url": api.url,
                "allow_private": True,
                "records": "items",
                "pagination": {"kind": "page"},
                "auth": {"kind": "bearer", "secret": "millrace/source"},
            }

        small, large = partial(offer, 2), partial(offer, 8)
        on_scale(tmp_path).weigh("pages of an API", small, large, secret={"token": "t"})
