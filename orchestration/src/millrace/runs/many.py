"""Run many datasets, in the order in which they need each other."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from millrace.aws import Aws
from millrace.errors import InputRejected
from millrace.runs.finding import Found, dataset_of, find_run
from millrace.runs.following import Change, Outcome, Tail, Watch
from millrace.runs.starting import Run

POLL_S = 0.3


@dataclass(frozen=True, slots=True)
class Batch:
    """One execution of the machine that runs many datasets."""

    execution_arn: str


def order_datasets(after: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Stages: each holds the datasets whose upstreams are all in earlier ones.

    Args:
        after: The upstreams of each dataset; those that are not asked for are not waited for.

    Raises:
        InputRejected: Datasets wait for each other in a circle; they are named.
    """
    stages: list[list[str]] = []
    left = {name: {one for one in upstreams if one in after} for name, upstreams in after.items()}
    while left:
        ready = sorted(name for name, upstreams in left.items() if not upstreams & left.keys())
        if not ready:
            circle = ", ".join(sorted(left))
            raise InputRejected(f"these datasets wait for each other (on.after): {circle}")
        stages.append(ready)
        for name in ready:
            del left[name]
    return stages


def start_batch(aws: Aws, stages: Sequence[Sequence[str]], now: datetime) -> Batch:
    """Start the machine; its runs are named after it."""
    started = aws.client("stepfunctions").start_execution(
        stateMachineArn=aws.parameter("orchestration/pipelines-arn"),
        name=f"{now.astimezone(UTC):%Y%m%dT%H%M%S}-{uuid4().hex[:4]}",
        input=json.dumps({"stages": stages}),
    )
    return Batch(str(started["executionArn"]))


def follow_batch(aws: Aws, batch: Batch) -> Iterator[Found]:
    """Each run as it starts and again as it ends, until the batch has ended."""
    tail = Tail(aws, batch.execution_arn)
    told: dict[str, bool] = {}
    while True:
        told |= dict.fromkeys(_started(tail), False)
        for arn in list(told):
            found = find_run(aws, arn.rsplit(":", 1)[-1])
            if found.ended or not told[arn]:
                yield found
            told[arn] = True
            if found.ended:
                del told[arn]
        if tail.ended and not told:
            return
        time.sleep(POLL_S)


def watch_batch(aws: Aws, batch: Batch) -> Iterator[tuple[Run, list[Change], Outcome | None]]:
    """What has changed of each run, and how it ended once it has, until the batch has ended."""
    tail = Tail(aws, batch.execution_arn)
    watched: dict[Run, Watch] = {}
    while True:
        for arn in _started(tail):
            run_id = arn.rsplit(":", 1)[-1]
            watched[Run(dataset_of(run_id), run_id, arn)] = Watch(aws, arn)
        for run, watch in watched.items():
            if watch.outcome is None:
                yield run, watch.look(), watch.outcome
        if tail.ended and all(watch.outcome for watch in watched.values()):
            return
        time.sleep(POLL_S)


def _started(tail: Tail) -> list[str]:
    """Executions that the batch has started since the last look, in that order."""
    return [
        str(json.loads(event["taskSubmittedEventDetails"]["output"])["ExecutionArn"])
        for event in tail.look()
        if event["type"] == "TaskSubmitted"
    ]
