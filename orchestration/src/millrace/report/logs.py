"""Where CloudWatch Logs keeps what a run's states wrote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from millrace.aws import Aws
from millrace.runs import Found, State

_MARGIN = timedelta(minutes=2)
"""Clocks differ, and logs come late."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a log."""

    state: str
    at: datetime
    text: str


def read_logs(aws: Aws, run: Found, states: Sequence[State], wanted: str | None) -> Iterator[Line]:
    """Lines of a run's states, each state's in the order of time.

    Args:
        aws: Where.
        run: Which; a function's log is read for its id, in the time of the run.
        states: Its tree.
        wanted: Name of one state or its service, in any case; None for all.
    """
    until = (run.ended_at or datetime.now(UTC)) + _MARGIN
    for state in (one for top in states for one in top.walk()):
        if wanted is not None and wanted.lower() not in (state.name.lower(), _service(state)):
            continue
        for place in _places(state, run):
            for event in _events(aws, place, run.started_at - _MARGIN, until):
                at = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
                yield Line(state.name, at, event["message"].rstrip())


def _service(state: State) -> str:
    function = str((state.parameters or {}).get("FunctionName", ""))
    return function.rsplit("-", 1)[-1].lower()


def _places(state: State, run: Found) -> Iterator[dict[str, Any]]:
    """Arguments of FilterLogEvents, by the service that the state calls."""
    places = _PLACES.get(state.resource.split(" ")[0])
    return iter(()) if places is None else places(state, run)


def _of_function(state: State, run: Found) -> Iterator[dict[str, Any]]:
    function = str(state.parameters["FunctionName"]).split(":function:")[-1].split(":")[0]
    yield {"logGroupName": f"/aws/lambda/{function}", "filterPattern": f'"{run.run_id}"'}


def _of_glue_job(state: State, _run: Found) -> Iterator[dict[str, Any]]:
    for job in state.jobs:
        for kind in ("output", "error"):
            group = f"/aws-glue/jobs/{kind}"
            yield {"logGroupName": group, "logStreamNamePrefix": job["JobRunId"]}


def _of_sagemaker_job(state: State, _run: Found) -> Iterator[dict[str, Any]]:
    for job in state.jobs:
        kind = "Processing" if "ProcessingJobArn" in job else "Training"
        name = str(job[f"{kind}JobArn"]).rsplit("/", 1)[-1]
        group = f"/aws/sagemaker/{kind}Jobs"
        yield {"logGroupName": group, "logStreamNamePrefix": f"{name}/"}


def _of_crawl(state: State, _run: Found) -> Iterator[dict[str, Any]]:
    crawler = (state.parameters or {}).get("Input", {}).get("crawler")
    if crawler:
        yield {"logGroupName": "/aws-glue/crawlers", "logStreamNames": [crawler]}


_PLACES = {
    "lambda": _of_function,
    "glue": _of_glue_job,
    "sagemaker": _of_sagemaker_job,
    "states": _of_crawl,
}


def _events(aws: Aws, place: dict[str, Any], since: datetime, until: datetime) -> Iterator[Any]:
    logs = aws.client("logs")
    pages = logs.get_paginator("filter_log_events").paginate(
        **place,
        startTime=int(since.timestamp() * 1000),
        endTime=int(until.timestamp() * 1000),
    )
    try:
        for page in pages:
            yield from page["events"]
    except ClientError as exc:
        # A service makes its group and stream with its first line.
        if exc.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
