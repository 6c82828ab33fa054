"""Time a warm Lambda invocation, from boto3's call to its answer.

Run from the root: ``localcloud/.venv/bin/python benchmarks/localcloud/warm_lambda.py``.
"""

from __future__ import annotations

import argparse
import io
import json
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

import boto3

DEADLINE_S = 60


def main() -> None:
    """Start a cloud, invoke one function many times and print the quantiles."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--invocations", type=int, default=300)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        command = [sys.executable, "-m", "millrace_localcloud", "serve", "--home", str(home)]
        cloud = subprocess.Popen(command)
        try:
            times_ms = measure(await_endpoint(home, cloud), arguments.invocations)
        finally:
            cloud.terminate()
            cloud.wait(DEADLINE_S)
    cold_ms, *warm_ms = times_ms
    print(f"cold {cold_ms:.1f} ms")  # noqa: T201
    quantiles = statistics.quantiles(warm_ms, n=20)
    print(  # noqa: T201
        f"warm, {len(warm_ms)} invocations: median {quantiles[9]:.1f} ms, "
        f"95 % below {quantiles[18]:.1f} ms, slowest {max(warm_ms):.1f} ms"
    )


def measure(endpoint: str, invocations: int) -> list[float]:
    """Milliseconds of each invocation; the first one is the cold start."""
    make_client: Any = boto3.client
    settings = {
        "endpoint_url": endpoint,
        "region_name": "us-east-1",
        "aws_access_key_id": "123456789012",
        "aws_secret_access_key": "local",
    }
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    make_client("iam", **settings).create_role(
        RoleName="function", AssumeRolePolicyDocument=json.dumps(trust)
    )
    functions = make_client("lambda", **settings)
    functions.create_function(
        FunctionName="echo",
        Runtime="python3.11",
        Handler="app.handler",
        Role="arn:aws:iam::123456789012:role/function",
        Code={"ZipFile": echo_code()},
    )
    return [time_invocation(functions) for _ in range(invocations + 1)]


def time_invocation(functions: Any) -> float:
    """Milliseconds of one invocation."""
    began = time.perf_counter()
    answer = functions.invoke(FunctionName="echo", Payload=b'{"dataset": "flights"}')
    payload = answer["Payload"].read()
    elapsed_ms = (time.perf_counter() - began) * 1000
    assert payload == b'{"dataset": "flights"}', payload
    return elapsed_ms


def echo_code() -> bytes:
    """A zip package whose handler answers its event."""
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("app.py", "def handler(event, context):\n    return event\n")
    return code.getvalue()


def await_endpoint(home: Path, cloud: subprocess.Popen[bytes]) -> str:
    """Address of the cloud, once it serves."""
    address = home / "endpoint.json"
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline and cloud.poll() is None:
        if address.exists() and (text := address.read_text()):
            return str(json.loads(text)["endpoint"])
        time.sleep(0.02)
    raise RuntimeError("the cloud did not start")


if __name__ == "__main__":
    main()
