"""Refuse at the door what a transform job here cannot do, and what AWS refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.sagemaker.exceptions import ValidationError

_MOST_PAYLOADS_MB = 100
"""Most of MaxPayloadInMB, and of MaxConcurrentTransforms times it (CreateTransformJob)."""
_NO_FILTERS = {"InputFilter": "$", "OutputFilter": "$", "JoinSource": "None"}
"""DataProcessing that changes nothing: its members' defaults."""


def check_transform(request: dict[str, Any]) -> None:
    """Raises ValidationError (ValidationException) for what does not work here, or on AWS."""
    for what in _refused(request):
        raise ValidationError(f"{what} does not work in the local cloud")
    payload_mb = request.get("MaxPayloadInMB") or 0
    at_once = request.get("MaxConcurrentTransforms") or 1
    if payload_mb * at_once > _MOST_PAYLOADS_MB:
        raise ValidationError(
            "MaxConcurrentTransforms * MaxPayloadInMB cannot exceed "
            f"{_MOST_PAYLOADS_MB} MB, got {at_once} * {payload_mb}"
        )


def _refused(request: dict[str, Any]) -> Iterator[str]:
    given = request["TransformInput"]
    source = given["DataSource"]["S3DataSource"]["S3DataType"]
    if source not in ("S3Prefix", "ManifestFile"):
        yield f"S3DataType {source}"
    if given.get("SplitType") in ("RecordIO", "TFRecord"):
        yield f"SplitType {given['SplitType']}"
    if request.get("MaxPayloadInMB") == 0:
        yield "MaxPayloadInMB 0 (HTTP chunked encoding)"
    filters = request.get("DataProcessing") or {}
    yield from (
        f"DataProcessing.{member} {value}"
        for member, value in filters.items()
        if value != _NO_FILTERS.get(member)
    )
    if request.get("DataCaptureConfig"):
        yield "DataCaptureConfig"
