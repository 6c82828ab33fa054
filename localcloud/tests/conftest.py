"""A real local cloud, started as users start it, for each test module's worker process."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import boto3
import pytest
from botocore.config import Config

DEADLINE_S = 180


@dataclass(frozen=True)
class RunningCloud:
    """A local cloud in a process of its own."""

    endpoint: str
    home: Path
    process: subprocess.Popen[bytes]

    def client(self, service: str, **settings: Any) -> Any:
        """boto3's client of a service, with ``settings`` of botocore's Config."""
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id="123456789012",
            aws_secret_access_key="local",
            config=Config(
                **{
                    "retries": {"max_attempts": 0},
                    "s3": {"addressing_style": "path"},
                    "read_timeout": 180,
                    **settings,
                }
            ),
        )

    def control(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.endpoint}/_localcloud/{path}", data=data, method=method)
        with urlopen(request) as answer:
            return json.load(answer)


@contextmanager
def running_cloud(
    home: Path, *environments: str, smtp: str = "", beside: str = ""
) -> Iterator[RunningCloud]:
    """Start a cloud in ``home`` and stop it on the way out."""
    command = [sys.executable, "-m", "millrace_localcloud", "serve", "--home", str(home)]
    if smtp:
        command += ["--smtp", smtp]
    if beside:
        command += ["--beside", beside]
    for environment in environments:
        command += ["--environment", environment]
    home.mkdir(parents=True, exist_ok=True)
    with (home / "server.log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        yield RunningCloud(_endpoint(home, process), home, process)
    finally:
        process.terminate()
        status = process.wait(DEADLINE_S)
        assert status != os.EX_IOERR, (home / "server.log").read_text()


def _endpoint(home: Path, process: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline and process.poll() is None:
        # A cloud that was killed leaves its address; the next removes it when it starts.
        with suppress(FileNotFoundError):
            found = json.loads((home / "endpoint.json").read_text())
            if found["pid"] == process.pid:
                return str(found["endpoint"])
        time.sleep(0.02)
    raise RuntimeError((home / "server.log").read_text())


@pytest.fixture(scope="session")
def start_cloud() -> Callable[..., Any]:
    """``running_cloud``, for the clouds that a folder of tests starts for itself."""
    return running_cloud


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCloud]:
    """One cloud for the whole session of a test worker: tests name their resources apart.

    What it runs of the conformance suite runs in the environment of these tests.
    """
    project = tmp_path_factory.mktemp("conformance")
    (project / ".venv").symlink_to(sys.prefix)
    with running_cloud(tmp_path_factory.mktemp("cloud"), f"conformance={project}") as running:
        yield running


IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/test-functions:1"
"""Image of the handlers in ``tests/functions/handlers.py``, in ``functions_cloud``."""


@pytest.fixture(scope="session")
def functions_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project folder with an environment of its own, as a service has."""
    project = tmp_path_factory.mktemp("test-functions")
    shutil.copy(Path(__file__).parent / "functions" / "handlers.py", project)
    python = project / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    return project


@pytest.fixture(scope="session")
def served_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project folder whose environment has ``serve``, as a model's container has."""
    project = tmp_path_factory.mktemp("served-model")
    serve = project / ".venv" / "bin" / "serve"
    serve.parent.mkdir(parents=True)
    code = (Path(__file__).parent / "sagemaker" / "serve.py").read_text()
    serve.write_text(f"#!{sys.executable}\n{code}")
    serve.chmod(0o755)
    return project


@contextmanager
def _cloud_with_functions(home: Path, project: Path) -> Iterator[RunningCloud]:
    with running_cloud(home, f"test-functions={project}") as running:
        running.client("iam").create_role(
            RoleName="function",
            AssumeRolePolicyDocument=json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": ["lambda.amazonaws.com"]},
                            "Action": "sts:AssumeRole",
                        }
                    ],
                }
            ),
        )
        yield running


def _make_function(cloud: RunningCloud, handler: str, **settings: Any) -> str:
    name = f"{handler.replace('_', '-')}-{uuid.uuid4().hex[:8]}"
    cloud.client("lambda").create_function(
        **{
            "FunctionName": name,
            "PackageType": "Image",
            "Code": {"ImageUri": IMAGE},
            "ImageConfig": {"Command": [f"handlers.{handler}"]},
            "Role": "arn:aws:iam::123456789012:role/function",
            "Timeout": 30,
            **settings,
        }
    )
    return name


@pytest.fixture(scope="session")
def functions_cloud(
    functions_project: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningCloud]:
    """A cloud that knows the image ``IMAGE``, one for the whole session of a test worker."""
    home = tmp_path_factory.mktemp("functions-cloud")
    with _cloud_with_functions(home, functions_project) as running:
        yield running


@pytest.fixture
def make_function(functions_cloud: RunningCloud) -> Callable[..., str]:
    """Make a function of one handler of ``handlers.py``; answers its name."""
    return partial(_make_function, functions_cloud)


@pytest.fixture
def start_cloud_with_function(functions_project: Path, tmp_path: Path) -> Callable[..., Any]:
    """Start a cloud for one test, with one function: ``with start(handler) as (cloud, name)``."""

    @contextmanager
    def start(handler: str, **settings: Any) -> Iterator[tuple[RunningCloud, str]]:
        with _cloud_with_functions(tmp_path / "cloud", functions_project) as running:
            yield running, _make_function(running, handler, **settings)

    return start


@pytest.fixture(scope="session")
def eventually() -> Callable[[Callable[[], Any]], Any]:
    """Ask until the answer is true or a minute has passed; answers the last answer."""

    def ask(question: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + DEADLINE_S
        while not (answer := question()) and time.monotonic() < deadline:
            time.sleep(0.05)
        return answer

    return ask
