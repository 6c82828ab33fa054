"""How much goes into one request to a model, and how many requests there are at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_DEFAULT_PAYLOAD_MB = 6
_BYTES_OF_MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Batching:
    """What the request of a job and the model's own wishes come to."""

    at_once: int
    single_record: bool
    most_bytes: int


def settle_batching(request: Mapping[str, Any], offered: Mapping[str, Any]) -> Batching:
    """The job's settings; those it leaves open are the model's, or AWS's defaults.

    Args:
        request: Of CreateTransformJob, whose reference has the defaults.
        offered: What the container answers to ``/execution-parameters``.
    """
    strategy = request.get("BatchStrategy") or offered.get("BatchStrategy") or "MultiRecord"
    payload_mb = request.get("MaxPayloadInMB") or offered.get("MaxPayloadInMB")
    at_once = request.get("MaxConcurrentTransforms") or offered.get("MaxConcurrentTransforms")
    return Batching(
        at_once=int(at_once or 1),
        single_record=strategy in ("SingleRecord", "SINGLE_RECORD"),
        most_bytes=int(payload_mb or _DEFAULT_PAYLOAD_MB) * _BYTES_OF_MB,
    )
