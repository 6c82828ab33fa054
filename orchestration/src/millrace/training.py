"""Train a model as a run of the pipeline does: with the job that its state Train asks for."""

from __future__ import annotations

import io
import json
import re
import tarfile
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from millrace.aws import Aws
from millrace.datasets import published_spec
from millrace.errors import InputRejected, TrainingFailed
from millrace_contracts import ModelKey

POLL_S = 0.5
DEADLINE_S = 3 * 3600
"""The job ends itself after two hours at most (MaxRuntimeInSeconds of the state)."""

_FORMAT = re.compile(r"States\.Format\('([^']*)', (.+)\)")


def start_training(aws: Aws, dataset: str, now: datetime) -> str:
    """Start a training job; answers the version that it makes, which is its name.

    Raises:
        DatasetUnknown: No such dataset is published.
        InputRejected: It declares no forecast.
    """
    if published_spec(aws, dataset).forecast is None:
        raise InputRejected(f"dataset {dataset} declares no forecast")
    values = {
        "$.dataset": dataset,
        "$.model.version": f"v{now:%Y-%m-%d}-{uuid4().hex[:8]}",
        "$$.Execution.RedriveCount": "0",
    }
    request = fill_in(_train_state(aws)["Parameters"], values)
    aws.client("sagemaker").create_training_job(**request)
    return str(request["TrainingJobName"])


def wait_for_training(aws: Aws, version: str) -> None:
    """Wait until the job has ended well. Raises TrainingFailed with its own words."""
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        job = aws.client("sagemaker").describe_training_job(TrainingJobName=version)
        status = job["TrainingJobStatus"]
        if status == "Completed":
            return
        if status in ("Failed", "Stopped"):
            raise TrainingFailed(f"{version}: {job.get('FailureReason') or status}")
        time.sleep(POLL_S)
    raise TrainingFailed(f"{version} has not ended in {DEADLINE_S} s")


def read_card(aws: Aws, dataset: str, version: str) -> Mapping[str, Any]:
    """What a trained model says of itself. Raises TrainingFailed when it says nothing."""
    key = str(ModelKey(dataset, version))
    body = aws.client("s3").get_object(Bucket=aws.bucket("artifacts"), Key=key)["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(body), mode="r:gz") as tar:
        for member in tar:
            opened = tar.extractfile(member) if member.name.endswith("card.json") else None
            if opened is not None:
                card: Mapping[str, Any] = json.load(opened)
                return card
    raise TrainingFailed(f"{key} has no card")


def fill_in(parameters: Any, values: Mapping[str, str]) -> Any:
    """A state's parameters with their paths replaced: plain paths, and States.Format of paths."""
    if isinstance(parameters, list):
        return [fill_in(one, values) for one in parameters]
    if not isinstance(parameters, dict):
        return parameters
    return {
        name.removesuffix(".$"): _evaluate(value, values)
        if name.endswith(".$")
        else fill_in(value, values)
        for name, value in parameters.items()
    }


def _evaluate(expression: str, values: Mapping[str, str]) -> str:
    formatted = _FORMAT.fullmatch(expression)
    if formatted is None:
        return values[expression]
    text, arguments = formatted[1], formatted[2].split(", ")
    return text.replace("{}", "%s") % tuple(values[one] for one in arguments)


def _train_state(aws: Aws) -> Mapping[str, Any]:
    """The state as it is deployed, with roles, image, buckets and instance type of the stack."""
    machine = aws.client("stepfunctions").describe_state_machine(
        stateMachineArn=aws.parameter("orchestration/pipeline-arn")
    )
    return next(
        state
        for name, state in _states(json.loads(machine["definition"])["States"])
        if name == "Train"
    )


def _states(states: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, state in states.items():
        yield name, state
        for branch in state.get("Branches", ()):
            yield from _states(branch["States"])
