"""Refuse at the door what a job here cannot do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.sagemaker.exceptions import ValidationError

from millrace_localcloud.sagemaker.container import is_below_root
from millrace_localcloud.sagemaker.processing import local_paths

_ENTRY_POINT = "An image's own entry point (no ContainerEntrypoint is given)"


def check_processing(request: dict[str, Any]) -> None:
    """Raises ValidationError (ValidationException) for what does not work here."""
    _refuse(_of_processing(request))
    for path in local_paths(request):
        if not is_below_root(path):
            raise ValidationError(f"LocalPath {path} is not below /opt/ml")


def check_training(request: dict[str, Any]) -> None:
    """Raises ValidationError (ValidationException) for what does not work here."""
    _refuse(_of_training(request))


def _of_processing(request: dict[str, Any]) -> Iterator[str]:
    inputs = request.get("ProcessingInputs") or []
    outputs = (request.get("ProcessingOutputConfig") or {}).get("Outputs") or []
    if any("S3Input" not in given for given in inputs):
        yield "DatasetDefinition"
    if any(given.get("S3Input", {}).get("S3InputMode") == "Pipe" for given in inputs):
        yield "S3InputMode Pipe"
    if any("S3Output" not in given for given in outputs):
        yield "FeatureStoreOutput"
    if not request["AppSpecification"].get("ContainerEntrypoint"):
        yield _ENTRY_POINT


def _of_training(request: dict[str, Any]) -> Iterator[str]:
    algorithm = request["AlgorithmSpecification"]
    if not algorithm.get("TrainingImage"):
        yield "AlgorithmName"
    if not algorithm.get("ContainerEntrypoint"):
        yield _ENTRY_POINT
    if request["ResourceConfig"].get("InstanceGroups"):
        yield "ResourceConfig.InstanceGroups"
    if request.get("CheckpointConfig"):
        yield "CheckpointConfig"
    channels = request.get("InputDataConfig") or []
    yield from (refused for channel in channels for refused in _of_channel(channel))
    if algorithm.get("TrainingInputMode") == "Pipe":
        yield "TrainingInputMode Pipe"


def _of_channel(channel: dict[str, Any]) -> Iterator[str]:
    source = channel["DataSource"].get("S3DataSource")
    if source is None:
        yield "FileSystemDataSource"
    elif source["S3DataType"] not in ("S3Prefix", "ManifestFile"):
        yield f"S3DataType {source['S3DataType']}"
    if channel.get("InputMode") == "Pipe":
        yield "InputMode Pipe"


def _refuse(found: Iterator[str]) -> None:
    for what in found:
        raise ValidationError(f"{what} does not work in the local cloud")
