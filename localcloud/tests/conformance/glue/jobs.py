"""Glue jobs of a few lines of Python."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

ENDED = ("SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT")


@dataclass(frozen=True)
class Jobs:
    """Makes and runs jobs of one kind."""

    client: Callable[..., Any]
    """boto3's client of a service."""
    bucket: str
    command: str = "pythonshell"
    arguments: Mapping[str, str] = field(default_factory=dict)
    """That each job has."""
    role: str = "arn:aws:iam::123456789012:role/glue"
    patience_s: int = 180
    afterwards: Callable[..., None] = lambda remove, **arguments: None
    """Called with what removes a job."""

    @property
    def glue(self) -> Any:
        return self.client("glue")

    def make(self, script: str, arguments: dict[str, str] | None = None, **settings: Any) -> str:
        """Make a job of ``script``; answers its name."""
        name = f"job-{uuid.uuid4().hex[:8]}"
        key = f"scripts/{name}.py"
        self.client("s3").put_object(Bucket=self.bucket, Key=key, Body=script.encode())
        self.glue.create_job(
            Name=name,
            Role=self.role,
            Command={"Name": self.command, "ScriptLocation": f"s3://{self.bucket}/{key}"},
            DefaultArguments={**self.arguments, **(arguments or {})},
            **settings,
        )
        self.afterwards(self.glue.delete_job, JobName=name)
        return name

    def start(self, name: str, **settings: Any) -> str:
        return str(self.glue.start_job_run(JobName=name, **settings)["JobRunId"])

    def state(self, name: str, run_id: str) -> dict[str, Any]:
        run = self.glue.get_job_run(JobName=name, RunId=run_id)["JobRun"]
        return dict(run)

    def wait(self, name: str, run_id: str, states: tuple[str, ...] = ENDED) -> dict[str, Any]:
        """The run, once it is in one of ``states``."""
        deadline = time.monotonic() + self.patience_s
        while (run := self.state(name, run_id))["JobRunState"] not in states:
            assert time.monotonic() < deadline, run
            time.sleep(0.05)
        return run

    def run(self, script: str, arguments: dict[str, str] | None = None, **settings: Any) -> Any:
        name = self.make(script, arguments, **settings)
        return self.wait(name, self.start(name))
