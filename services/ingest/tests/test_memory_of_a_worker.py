"""The memory of a worker's process stays the same, however much a source holds."""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
from contextlib import contextmanager

import asyncssh
import pytest
from api_server import Answer, served
from clouds import served_cloud
from ftp_servers import PASSWORD, USER, ftp_server, sftp_server
from measured import SMALLEST_LAMBDA_KIB, peak_kib
from wire import Refusal, wired

LAND = {"action": "land", "dataset": "flights", "run_id": "r1"}
MIB = 1024 * 1024
FILE_BYTES = 144 * MIB
BEGUN = b"<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>"
DONE = b"<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>"
HOST_KEY = asyncssh.generate_private_key("ssh-ed25519")


def _forgetting(step):
    """A bucket that takes everything and keeps nothing, so that only the worker holds memory."""
    if step.name.startswith("PUT landing"):
        return Refusal(200, b"", {"ETag": '"e"'})
    if step.name.startswith("POST landing"):
        return Refusal(200, BEGUN if step.name.endswith("?uploads") else DONE)
    return None


@pytest.fixture(scope="module")
def cloud():
    with served_cloud() as cloud:
        yield cloud


@pytest.fixture(autouse=True)
def _empty(cloud):
    cloud.begin()


def _check(cloud, mount, source, secret=None, limit_kib=SMALLEST_LAMBDA_KIB):
    if secret:
        text = json.dumps(secret)
        cloud.secrets.create_secret(Name="millrace/source", SecretString=text)
    cloud.deploy(source)
    with wired(cloud.url) as wire:
        wire.before = _forgetting
        peak = peak_kib(LAND, cloud.environment(wire.url, mount))
        sent = sum(step.size_bytes for step in wire.steps if step.name.startswith("PUT landing"))
    assert sent
    assert peak < limit_kib
    return sent


def _long_file(folder, name="a.csv"):
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("wb") as file:
        file.truncate(FILE_BYTES)


def test_a_gzip_of_a_folder(cloud, tmp_path):
    with gzip.open(tmp_path / "a.csv.gz", "wb", 1) as packed:
        for _ in range(FILE_BYTES // MIB):
            packed.write(bytes(MIB - 1000) + os.urandom(1000))
    source = {"kind": "filesystem", "url": "file://{mount}", "match": "*.gz"}
    _check(cloud, tmp_path, source)


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
def test_a_file_of_a_server(cloud, tmp_path, serve):
    _long_file(tmp_path / "out")
    with serve(tmp_path) as where:
        source = {"kind": "ftp", "secret": "millrace/source", "settle_s": 0, **where}
        secret = {"user": USER, "password": PASSWORD}
        assert _check(cloud, tmp_path, source, secret) == FILE_BYTES


def test_a_table(cloud, tmp_path):
    with sqlite3.connect(tmp_path / "shop.db") as shop:
        shop.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, note TEXT, price REAL)")
        numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 300000)"
        filled = "SELECT i, hex(randomblob(200)), i * 0.37 FROM n"
        shop.execute(f"INSERT INTO orders {numbers} {filled}")
    shop.close()
    url = "sqlite:///{mount}/shop.db"
    source = {"kind": "sql", "url": url, "table": "orders", "key": ["id"]}
    _check(cloud, tmp_path, source, limit_kib=144 * 1024)


def test_pages_as_long_as_they_may_be(cloud, tmp_path):
    records = [{"id": n, "note": "n" * 60, "tags": ["a", "b"], "at": None} for n in range(70_000)]
    pages = [json.dumps({"number": n, "items": records}).encode() for n in range(2)]
    assert 6 * MIB < len(pages[0]) < 8 * MIB
    packed = [gzip.compress(page, 1) for page in pages]

    def answer(request):
        at = int(request.params.get("page", 1))
        body = packed[at % 2] if at <= 8 else b'{"items": []}'
        return Answer(body, headers={"Content-Encoding": "gzip"} if at <= 8 else {})

    with served() as api:
        api.answer = answer
        source = {
            "kind": "api",
            "url": api.url,
            "allow_private": True,
            "records": "items",
            "pagination": {"kind": "page"},
            "auth": {"kind": "bearer", "secret": "millrace/source"},
        }
        _check(cloud, tmp_path, source, {"token": "t"})


def test_a_queue(cloud, tmp_path):
    url = cloud.sqs.create_queue(QueueName="airports")["QueueUrl"]
    body = json.dumps({"id": 1, "note": "n" * 240_000})
    for _ in range(150):
        cloud.sqs.send_message(QueueUrl=url, MessageBody=body)
    _check(cloud, tmp_path, {"kind": "queue", "queue": "airports"})
