"""Start one execution of the pipeline."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from millrace.aws import Aws


@dataclass(frozen=True, slots=True)
class Run:
    """One run: one execution of the state machine."""

    dataset: str
    run_id: str
    execution_arn: str


def start_run(aws: Aws, dataset: str, now: datetime, more: Mapping[str, Any] | None = None) -> Run:
    """Start a run of a published dataset; its id tells when.

    Args:
        aws: Where.
        dataset: Which.
        now: The moment that the id tells.
        more: What the machine is given besides, as a backfill's ``window``.
    """
    run_id = f"{dataset}-{now.astimezone(UTC):%Y%m%dT%H%M%S}-{uuid4().hex[:4]}"
    started = aws.client("stepfunctions").start_execution(
        stateMachineArn=aws.parameter("orchestration/pipeline-arn"),
        name=run_id,
        input=json.dumps({"dataset": dataset, **(more or {})}),
    )
    return Run(dataset, run_id, str(started["executionArn"]))
