"""Start time, S3 throughput and memory of the local cloud.

Run with: ``cd localcloud && uv run python ../benchmarks/localcloud/s3_and_start.py``
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

MEGABYTE = 1_000_000
DEADLINE_S = 60


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=3)
    parser.add_argument("--objects", type=int, default=20, help="of 10 MB, put and got")
    parser.add_argument("--overwrites", type=int, default=10_000, help="of one key")
    arguments = parser.parse_args()
    starts = []
    for _ in range(arguments.starts):
        with running_cloud() as (_cloud, took_s):
            starts.append(took_s)
    report("start, best of runs", min(starts), "s")
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = (spent.ru_utime + spent.ru_stime) / arguments.starts
    report("start and stop, CPU", cpu_s, "s")
    with running_cloud() as (cloud, _took_s):
        measure_s3(cloud, arguments.objects, arguments.overwrites)


def measure_s3(cloud: dict[str, Any], objects: int, overwrites: int) -> None:
    """Print throughput of 10 MB objects and the memory that overwriting one key costs."""
    s3 = client_of(cloud["endpoint"])
    s3.create_bucket(Bucket="benchmark")
    body = os.urandom(10 * MEGABYTE)
    megabytes = objects * len(body) / MEGABYTE

    began = time.perf_counter()
    for number in range(objects):
        s3.put_object(Bucket="benchmark", Key=f"big/{number}", Body=body)
    report("put 10 MB objects", megabytes / (time.perf_counter() - began), "MB/s")

    began = time.perf_counter()
    for number in range(objects):
        s3.get_object(Bucket="benchmark", Key=f"big/{number}")["Body"].read()
    report("get 10 MB objects", megabytes / (time.perf_counter() - began), "MB/s")

    before = resident_megabytes(cloud["pid"])
    began = time.perf_counter()
    for _ in range(overwrites):
        s3.put_object(Bucket="benchmark", Key="one", Body=b"x" * 100)
    report("overwrites of one key", overwrites / (time.perf_counter() - began), "per s")
    growth = resident_megabytes(cloud["pid"]) - before
    report(f"memory after {overwrites} overwrites", growth, "MB more")


@contextmanager
def running_cloud() -> Iterator[tuple[dict[str, Any], float]]:
    """A local cloud in an empty home, and the seconds until it was ready."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        command = [sys.executable, "-m", "millrace_localcloud", "serve", "--home", str(home)]
        began = time.perf_counter()
        process = subprocess.Popen(command)
        try:
            endpoint = home / "endpoint.json"
            while not endpoint.exists():
                if process.poll() is not None or time.perf_counter() > began + DEADLINE_S:
                    raise RuntimeError("the local cloud did not start")
                time.sleep(0.01)
            yield json.loads(endpoint.read_text()), time.perf_counter() - began
        finally:
            process.terminate()
            process.wait()


def client_of(endpoint: str) -> Any:
    """An S3 client that sends each request once."""
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="123456789012",
        aws_secret_access_key="local",
        config=Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}),
    )


def resident_megabytes(pid: int) -> float:
    """Memory of a process, as ``ps`` has it."""
    answer = subprocess.run(
        ["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True
    )
    return int(answer.stdout) * 1024 / MEGABYTE


def report(what: str, value: float, unit: str) -> None:
    """Print one figure."""
    print(f"{what:<36} {value:8.1f} {unit}")  # noqa: T201


if __name__ == "__main__":
    main()
