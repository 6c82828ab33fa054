"""Draw a dataset's forecast: with the job that predicts it, asked to draw instead."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

from millrace.aws import Aws
from millrace.datasets import published_spec
from millrace.errors import DrawingFailed, InputRejected
from millrace.promoting import promoted_version
from millrace_contracts import ModelKey
from millrace_contracts.keys import pictures_prefix

_POLL_S = 0.5
_DEADLINE_S = 3600
_NEWEST = 5
"""Forecasts that are drawn: a processing job has ten inputs at most (SageMaker API Reference,
CreateProcessingJob)."""
_BASE = "/opt/ml/processing"


def draw_forecast(aws: Aws, dataset: str, folder: Path) -> list[Path]:
    """Draw history, newest forecasts, intervals and back-test.

    Args:
        aws: Where the dataset is.
        dataset: Its name.
        folder: Made where it is missing; gets ``<dataset>.html`` and ``<dataset>.png``.

    Returns:
        The files.

    Raises:
        DatasetUnknown: No such dataset is published.
        InputRejected: It declares no forecast, or none was made yet.
        DrawingFailed: The job failed; its own words say why.
    """
    if published_spec(aws, dataset).forecast is None:
        raise InputRejected(f"dataset {dataset} declares no forecast")
    version, forecasts = promoted_version(aws, dataset), _newest_forecasts(aws, dataset)
    if version is None or not forecasts:
        raise InputRejected(f"dataset {dataset} has no forecast yet: millrace run {dataset}")
    request = _request(aws, dataset, version, forecasts)
    aws.client("sagemaker").create_processing_job(**request)
    _wait(aws, request["ProcessingJobName"])
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{dataset}.{kind}" for kind in ("html", "png")]
    for file in files:
        key = pictures_prefix(dataset) + file.name
        aws.client("s3").download_file(aws.bucket("artifacts"), key, str(file))
    return files


def _newest_forecasts(aws: Aws, dataset: str) -> list[str]:
    """Prefixes of the last days that a forecast was issued on."""
    pages = aws.client("s3").get_paginator("list_objects_v2")
    found = [
        str(entry["Prefix"])
        for page in pages.paginate(
            Bucket=aws.bucket("forecast"), Prefix=f"{dataset}/", Delimiter="/"
        )
        for entry in page.get("CommonPrefixes", ())
    ]
    return sorted(found)[-_NEWEST:]


def _request(aws: Aws, dataset: str, version: str, forecasts: list[str]) -> dict[str, Any]:
    """As the deployed pipeline asks for its forecast: same role, image, instances and key."""
    asked = _forecast_job(aws)
    artifacts = f"s3://{aws.bucket('artifacts')}"
    forecast = aws.bucket("forecast")
    inputs = {
        "spec": f"{artifacts}/datasets/{dataset}/dataset.json",
        "refined": f"s3://{aws.bucket('refined')}/{dataset}/",
        "model": f"{artifacts}/{ModelKey(dataset, version)}",
        **{f"forecast/{one.split('/')[1]}": f"s3://{forecast}/{one}" for one in forecasts},
    }
    return {
        "ProcessingJobName": f"millrace-plot-{uuid4()}",
        "RoleArn": asked["RoleArn"],
        "AppSpecification": {**asked["AppSpecification"], "ContainerArguments": ["plot"]},
        "ProcessingInputs": [
            {
                "InputName": f"input-{number}",
                "S3Input": {
                    "S3Uri": uri,
                    "LocalPath": f"{_BASE}/input/{place}",
                    "S3DataType": "S3Prefix",
                    "S3InputMode": "File",
                    "S3DataDistributionType": "FullyReplicated",
                },
            }
            for number, (place, uri) in enumerate(inputs.items())
        ],
        "ProcessingOutputConfig": {
            "KmsKeyId": asked["ProcessingOutputConfig"]["KmsKeyId"],
            "Outputs": [
                {
                    "OutputName": "plot",
                    "S3Output": {
                        "S3Uri": f"{artifacts}/{pictures_prefix(dataset)}",
                        "LocalPath": f"{_BASE}/output/plot",
                        "S3UploadMode": "EndOfJob",
                    },
                }
            ],
        },
        "ProcessingResources": asked["ProcessingResources"],
        "StoppingCondition": {"MaxRuntimeInSeconds": _DEADLINE_S},
    }


def _forecast_job(aws: Aws) -> Mapping[str, Any]:
    """Parameters of the state that forecasts, as it is deployed."""
    machine = aws.client("stepfunctions").describe_state_machine(
        stateMachineArn=aws.parameter("orchestration/pipeline-arn")
    )
    states = _states(json.loads(machine["definition"])["States"])
    parameters: Mapping[str, Any] = dict(states)["Forecast"]["Parameters"]
    return parameters


def _states(states: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, state in states.items():
        yield name, state
        for branch in state.get("Branches", ()):
            yield from _states(branch["States"])


def _wait(aws: Aws, name: str) -> None:
    deadline = time.monotonic() + _DEADLINE_S
    while time.monotonic() < deadline:
        job = aws.client("sagemaker").describe_processing_job(ProcessingJobName=name)
        status = job["ProcessingJobStatus"]
        if status == "Completed":
            return
        if status in ("Failed", "Stopped"):
            said = job.get("ExitMessage") or job.get("FailureReason") or status
            raise DrawingFailed(f"{name}: {said}")
        time.sleep(_POLL_S)
    raise DrawingFailed(f"{name} has not ended in {_DEADLINE_S} s")
