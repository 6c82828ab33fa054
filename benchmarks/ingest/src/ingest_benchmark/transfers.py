"""Reads over SFTP and uploads to S3, side by side."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from pathlib import Path

import asyncssh

from ingest_benchmark.downloads import DOWNLOADS
from ingest_benchmark.measure import Use, take_turns, use_of
from ingest_benchmark.servers import BUCKET, s3_client, serving
from ingest_benchmark.uploads import UPLOADS

_MIB = 1024 * 1024
_SMALL_MIB = 9
"""More than one part, so that what is only loaded for the second is loaded."""
_KEY = "large"


def run(mib: int, rounds: int) -> None:
    """Print a line for each way."""
    with tempfile.TemporaryDirectory() as name:
        files = Path(name) / "files"
        files.mkdir()
        for file, size in (("small", _SMALL_MIB), ("large", mib)):
            (files / file).write_bytes(os.urandom(_MIB) * size)
        with (files / "large").open("rb") as large:
            expected = hashlib.file_digest(large, "sha256").hexdigest()
        host_key = asyncssh.generate_private_key("ssh-ed25519")
        host_key.write_private_key(Path(name) / "host_key")
        public = host_key.export_public_key().decode().strip()

        with serving("sftp", str(files), str(Path(name) / "host_key")) as port:
            arguments = (str(port), public, "small", "large", expected)
            found = take_turns(
                DOWNLOADS,
                rounds,
                lambda way: use_of("one_transfer", "download", way, *arguments),
            )
        _print("read over SFTP", mib, rounds, found)

        with serving("s3") as port:
            s3_client(port).create_bucket(Bucket=BUCKET)
            found = take_turns(UPLOADS, rounds, lambda way: _uploaded(way, port, files, expected))
        _print("upload to S3", mib, rounds, found)


def _uploaded(way: str, port: int, files: Path, expected: str) -> Use:
    use = use_of(
        "one_transfer",
        "upload",
        way,
        str(port),
        str(files / "small"),
        str(files / "large"),
        _KEY,
    )
    client = s3_client(port)
    digest = hashlib.sha256()
    for chunk in client.get_object(Bucket=BUCKET, Key=_KEY)["Body"].iter_chunks(_MIB):
        digest.update(chunk)
    if digest.hexdigest() != expected:
        raise SystemExit(f"{way} put something else")
    for key in (_KEY, f"{_KEY}-small"):
        client.delete_object(Bucket=BUCKET, Key=key)
    return use


def _print(what: str, mib: int, rounds: int, found: dict[str, tuple[float, float]]) -> None:
    sys.stdout.write(f"\n{what}: {mib} MiB, median of {rounds} interleaved rounds\n")
    sys.stdout.write("| way | CPU-s | MB per CPU-s | peak MiB |\n|---|---|---|---|\n")
    for way, (cpu_s, peak_mib) in found.items():
        rate = mib * _MIB / 1e6 / cpu_s
        sys.stdout.write(f"| {way} | {cpu_s:.2f} | {rate:,.0f} | {peak_mib:.0f} |\n")
    sys.stdout.flush()
