"""A checkout with a local cloud of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from millrace.aws import Aws
from millrace.cli import app

ROOT = Path(__file__).parents[3]
PARTS = ("dist", "localcloud", "orchestration", "services", "shared")
DEADLINE_S = 300
SPEC = """\
name: {name}
owner: {{team: field, email: {name}@example.com}}
source: {{kind: filesystem, url: "file://{{mount}}/{name}", match: "*.csv"}}
format: {{kind: csv}}
columns:
  - {{name: id, type: bigint, required: true}}
{more}
"""
DATASETS = {
    "weather": "",
    "planes": "overlap: skip",
    "tickets": """\
on: {after: [weather, planes], landing_drop: true, queue: true}
schedule: rate(1 day)""",
}


@dataclass(frozen=True)
class Checkout:
    """What a user has in front of them, with the cloud up."""

    root: Path
    aws: Aws

    def millrace(self, *words: str) -> Result:
        """Run the command, here and in this process."""
        before = Path.cwd()
        os.chdir(self.root)
        try:
            return CliRunner(env={"COLUMNS": "200"}).invoke(app, words, catch_exceptions=False)
        finally:
            os.chdir(before)

    def answer(self, *words: str) -> Any:
        """What a command that ends well answers as JSON."""
        done = self.millrace(*words, "--json")
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    def offer(self, dataset: str, name: str, text: str) -> None:
        """Put a file where the dataset's source looks."""
        (self.root / ".millrace" / "sources" / dataset / name).write_text(text)

    def executions(self, machine: str, prefix: str = "") -> Sequence[Any]:
        """Executions of one of the machines, latest first."""
        client = self.aws.client("stepfunctions")
        arn = self.aws.parameter("orchestration/pipeline-arn")
        arn = arn.removesuffix("pipeline") + machine
        found = client.list_executions(stateMachineArn=arn)["executions"]
        return [one for one in found if one["name"].startswith(prefix)]

    def finished(self, execution_arn: str) -> Any:
        """An execution once it has ended."""
        describe = self.aws.client("stepfunctions").describe_execution
        return wait_for(
            lambda: (
                found
                if (found := describe(executionArn=execution_arn))["status"] != "RUNNING"
                else None
            )
        )

    def start(self, machine: str, document: Any, name: str = "") -> str:
        """Start an execution of one of the machines; answers its ARN."""
        arn = self.aws.parameter("orchestration/pipeline-arn").removesuffix("pipeline") + machine
        named = {"name": name} if name else {}
        started = self.aws.client("stepfunctions").start_execution(
            stateMachineArn=arn, input=json.dumps(document), **named
        )
        return str(started["executionArn"])


def wait_for(look: Callable[[], Any]) -> Any:
    """What ``look`` finds, once it finds something."""
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"nothing was found in {DEADLINE_S} s")


@contextmanager
def running_checkout(
    root: Path, datasets: Mapping[str, str], parts: Sequence[str] = PARTS
) -> Iterator[Checkout]:
    """A checkout with small datasets, without a file; its cloud is up as long as the block lasts.

    Args:
        root: An empty folder.
        datasets: The rest of each dataset's spec, by name.
        parts: What of the repository it has.
    """
    if not list((ROOT / "dist").glob("*.whl")):
        pytest.skip("needs the whole repository set up: make setup")
    for part in ("localcloud", "services/ingest", "services/notify"):
        if not (ROOT / part / ".venv").exists():
            pytest.skip(f"needs {part} set up: make setup")
    for part in parts:
        (root / part).symlink_to(ROOT / part)
    for name, more in datasets.items():
        (root / ".millrace" / "sources" / name).mkdir(parents=True)
        (root / "datasets" / name).mkdir(parents=True, exist_ok=True)
        (root / "datasets" / name / "dataset.yaml").write_text(SPEC.format(name=name, more=more))
    command = [str(Path(sys.executable).with_name("millrace"))]
    try:
        # A machine with much else to do takes minutes to start the cloud, and to write it down.
        up = subprocess.run([*command, "up"], cwd=root, capture_output=True, text=True, timeout=600)
        assert up.returncode == 0, up.stdout + up.stderr
        written = json.loads((root / ".millrace" / "endpoint.json").read_text())
        yield Checkout(root, Aws(written["endpoint"]))
    finally:
        subprocess.run([*command, "down"], cwd=root, check=True, timeout=300)
