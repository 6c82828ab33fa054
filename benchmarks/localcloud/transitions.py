"""Time per state transition of the local cloud's Step Functions.

Run with: ``cd localcloud && uv run python ../benchmarks/localcloud/transitions.py``
"""

from __future__ import annotations

import argparse
import json
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

ROLE = "arn:aws:iam::123456789012:role/machine"
PASS: dict[str, Any] = {"Type": "Pass"}
SHAPED: dict[str, Any] = {
    "Type": "Pass",
    "Parameters": {"key.$": "States.Format('{}/{}', $.dataset, $$.Execution.Name)"},
    "ResultPath": "$.made",
}
CALL: dict[str, Any] = {
    "Type": "Task",
    "Resource": "arn:aws:states:::aws-sdk:ssm:getParameter",
    "Parameters": {"Name": "/benchmark"},
    "ResultPath": "$.read",
}


def main() -> None:
    """Print milliseconds per state for each kind of state."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--states", type=int, default=200)
    parser.add_argument("--repeat", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, running_cloud(Path(home)) as endpoint:
        client("ssm", endpoint).put_parameter(Name="/benchmark", Value="1", Type="String")
        machines = client("stepfunctions", endpoint)
        kinds = {
            "Pass": PASS,
            "Pass with Parameters and States.Format": SHAPED,
            "Choice": choice(),
            "aws-sdk:ssm:getParameter": CALL,
        }
        for kind, state in kinds.items():
            best = best_ms(machines, kind, state, arguments.states, arguments.repeat)
            print(f"{kind:40} {best:7.2f} ms per state")  # noqa: T201


def choice() -> dict[str, Any]:
    """A Choice whose second rule matches."""
    rules = [{"Variable": "$.dataset", "StringEquals": name} for name in ("weather", "flights")]
    return {"Type": "Choice", "Choices": rules}


def best_ms(machines: Any, kind: str, state: dict[str, Any], states: int, repeat: int) -> float:
    """The best of ``repeat`` executions, by the execution's own dates."""
    machine = machines.create_state_machine(
        name=kind.split()[0].replace(":", "-") + str(len(kind)),
        definition=json.dumps(chain(state, states)),
        roleArn=ROLE,
    )["stateMachineArn"]
    return min(run_ms(machines, machine) for _ in range(repeat)) / states


def chain(state: dict[str, Any], length: int) -> dict[str, Any]:
    """``length`` states like ``state``, one after the other."""
    states: dict[str, Any] = {"Last": {"Type": "Succeed"}}
    for number in range(length):
        following = f"S{number + 1}" if number + 1 < length else "Last"
        if state["Type"] == "Choice":
            rules = [{**rule, "Next": following} for rule in state["Choices"]]
            states[f"S{number}"] = {**state, "Choices": rules}
        else:
            states[f"S{number}"] = {**state, "Next": following}
    return {"StartAt": "S0", "States": states}


def run_ms(machines: Any, machine: str) -> float:
    """Milliseconds from the start to the end of one execution."""
    execution = machines.start_execution(
        stateMachineArn=machine, input=json.dumps({"dataset": "flights"})
    )["executionArn"]
    while True:
        described = machines.describe_execution(executionArn=execution)
        if described["status"] != "RUNNING":
            break
        time.sleep(0.1)
    if described["status"] != "SUCCEEDED":
        raise SystemExit(f"{described['error']}: {described['cause']}")
    return (described["stopDate"] - described["startDate"]).total_seconds() * 1000


def client(service: str, endpoint: str) -> Any:
    """A boto3 client of the cloud under measurement."""
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="123456789012",
        aws_secret_access_key="local",
        config=Config(retries={"max_attempts": 0}),
    )


@contextmanager
def running_cloud(home: Path) -> Iterator[str]:
    """A local cloud of its own, stopped on the way out."""
    command = [sys.executable, "-m", "millrace_localcloud", "serve", "--home", str(home)]
    process = subprocess.Popen(command)
    address = home / "endpoint.json"
    try:
        while not address.exists() or not address.read_text():
            if process.poll() is not None:
                raise SystemExit("the local cloud did not start")
            time.sleep(0.05)
        yield json.loads(address.read_text())["endpoint"]
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
