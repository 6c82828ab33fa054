"""Which of a dataset's trained models predicts: the version that one SSM parameter names.

The pipeline reads ``/millrace/<environment>/models/<dataset>/promoted`` at each run.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from botocore.exceptions import ClientError

from millrace.aws import Aws
from millrace.errors import InputRejected
from millrace_contracts import ModelKey
from millrace_contracts.keys import KeyMalformed


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """One version among the artifacts."""

    version: str
    trained_at: datetime
    size_bytes: int
    promoted: bool


def list_models(aws: Aws, dataset: str) -> list[TrainedModel]:
    """Every trained model of a dataset, newest first."""
    now = promoted_version(aws, dataset)
    pages = aws.client("s3").get_paginator("list_objects_v2")
    found = []
    for page in pages.paginate(Bucket=aws.bucket("artifacts"), Prefix=f"models/{dataset}/"):
        for entry in page.get("Contents", ()):
            try:
                version = ModelKey.parse(entry["Key"]).version
            except KeyMalformed:
                continue
            found.append(
                TrainedModel(version, entry["LastModified"], entry["Size"], version == now)
            )
    return sorted(found, key=lambda one: (one.trained_at, one.version), reverse=True)


def promoted_version(aws: Aws, dataset: str) -> str | None:
    """The version that predicts; None before the first one."""
    history = _history(aws, dataset)
    return history[-1] if history else None


def promote_model(aws: Aws, dataset: str, version: str) -> str | None:
    """Let a trained version predict from the next run on; answers the one before.

    Raises:
        InputRejected: No such version was trained; those that were are named.
    """
    versions = [one.version for one in list_models(aws, dataset)]
    if version not in versions:
        trained = ", ".join(versions) or "none"
        raise InputRejected(f"dataset {dataset} has no model {version!r}; it has {trained}")
    before = promoted_version(aws, dataset)
    if before != version:
        aws.client("ssm").put_parameter(
            Name=_name(aws, dataset), Type="String", Value=version, Overwrite=True
        )
    return before


def roll_back_model(aws: Aws, dataset: str) -> tuple[str, str]:
    """Let the version predict that did before the promoted one did first.

    Rolling back again goes further back, not forth.

    Returns:
        The version that is left and the one that predicts now.

    Raises:
        InputRejected: Nothing was promoted before, or it is no longer there.
    """
    history = _history(aws, dataset)
    if not history:
        raise InputRejected(f"dataset {dataset} has no promoted model")
    now = history[-1]
    earlier = history[: history.index(now)]
    if not earlier:
        raise InputRejected(f"dataset {dataset} had no promoted model before {now}")
    promote_model(aws, dataset, earlier[-1])
    return now, earlier[-1]


def _history(aws: Aws, dataset: str) -> list[str]:
    """Every version that was promoted, oldest first; Parameter Store keeps the last hundred."""
    pages = aws.client("ssm").get_paginator("get_parameter_history")
    try:
        return [
            str(entry["Value"])
            for page in pages.paginate(Name=_name(aws, dataset))
            for entry in page["Parameters"]
        ]
    except ClientError as exc:
        if exc.response["Error"]["Code"] == "ParameterNotFound":
            return []
        raise


def _name(aws: Aws, dataset: str) -> str:
    return f"/millrace/{aws.environment}/models/{dataset}/promoted"
