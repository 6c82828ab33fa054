"""Find a run's execution."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from millrace.aws import Aws
from millrace.errors import RunUnknown


@dataclass(frozen=True, slots=True)
class Found:
    """A run as Step Functions knows it."""

    run_id: str
    dataset: str
    execution_arn: str
    status: str
    started_at: datetime
    ended_at: datetime | None
    redrives: int
    error: str = ""
    cause: str = ""

    @property
    def ended(self) -> bool:
        return self.status not in ("RUNNING", "PENDING_REDRIVE")


def dataset_of(run_id: str) -> str:
    """A run's id begins with its dataset, whose name has no hyphen."""
    return run_id.split("-", 1)[0]


def find_run(aws: Aws, run_id: str) -> Found:
    """One run, or an execution that should have started some.

    Raises:
        RunUnknown: There is neither.
    """
    for machine in ("pipeline", "trigger", "pipelines"):
        arn = aws.parameter(f"orchestration/{machine}-arn").replace(":stateMachine:", ":execution:")
        try:
            found = aws.client("stepfunctions").describe_execution(executionArn=f"{arn}:{run_id}")
        except ClientError as exc:
            if exc.response["Error"]["Code"] not in ("ExecutionDoesNotExist", "InvalidArn"):
                raise
        else:
            return _found(found)
    raise RunUnknown(f"no run is called {run_id!r}: millrace runs lists the latest")


def list_runs(
    aws: Aws, *, status: str | None = None, dataset: str | None = None, limit: int = 20
) -> list[Found]:
    """Runs, latest start first.

    Args:
        aws: Where.
        status: One of Step Functions' statuses, as ``FAILED``.
        dataset: Only its runs.
        limit: At most so many.
    """
    pages = aws.client("stepfunctions").get_paginator("list_executions")
    arguments = {"stateMachineArn": aws.parameter("orchestration/pipeline-arn")}
    if status:
        arguments["statusFilter"] = status
    found: list[Found] = []
    for page in pages.paginate(**arguments):
        for one in page["executions"]:
            if dataset is not None and dataset_of(one["name"]) != dataset:
                continue
            found.append(_found(one))
            if len(found) == limit:
                return found
    return found


def _found(execution: Mapping[str, Any]) -> Found:
    """From what DescribeExecution or ListExecutions answers; a list has no error and no cause."""
    return Found(
        run_id=execution["name"],
        dataset=dataset_of(execution["name"]),
        execution_arn=execution["executionArn"],
        status=execution["status"],
        started_at=execution["startDate"],
        ended_at=execution.get("stopDate"),
        redrives=execution.get("redriveCount", 0),
        error=execution.get("error", ""),
        cause=execution.get("cause", ""),
    )
