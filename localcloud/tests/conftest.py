"""A real local cloud, started as users start it, for each test module's worker process."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import boto3
import pytest
from botocore.config import Config

DEADLINE_S = 30


@dataclass(frozen=True)
class RunningCloud:
    """A local cloud in a process of its own."""

    endpoint: str
    home: Path
    process: subprocess.Popen[bytes]

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id="123456789012",
            aws_secret_access_key="local",
            config=Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}),
        )

    def control(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.endpoint}/_localcloud/{path}", data=data, method=method)
        with urlopen(request) as answer:
            return json.load(answer)


@contextmanager
def running_cloud(home: Path, *environments: str) -> Iterator[RunningCloud]:
    """Start a cloud in ``home`` and stop it on the way out."""
    command = [sys.executable, "-m", "millrace_localcloud", "serve", "--home", str(home)]
    for environment in environments:
        command += ["--environment", environment]
    home.mkdir(parents=True, exist_ok=True)
    with (home / "server.log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        yield RunningCloud(_endpoint(home, process), home, process)
    finally:
        process.terminate()
        process.wait(DEADLINE_S)


def _endpoint(home: Path, process: subprocess.Popen[bytes]) -> str:
    address = home / "endpoint.json"
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline and process.poll() is None:
        if address.exists() and (text := address.read_text()):
            found = json.loads(text)
            if found["pid"] == process.pid:
                return str(found["endpoint"])
        time.sleep(0.02)
    raise RuntimeError((home / "server.log").read_text())


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCloud]:
    """One cloud for the whole session of a test worker: tests name their resources apart."""
    with running_cloud(tmp_path_factory.mktemp("cloud")) as running:
        yield running
