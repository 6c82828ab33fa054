"""Where CloudWatch Logs keeps what a run's states wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from millrace.aws import Aws
from millrace.errors import InputRejected
from millrace.runs import Found, State

_MARGIN = timedelta(minutes=2)
"""Clocks differ, and logs come late."""


_REQUEST = "request"
"""Beside FilterLogEvents' own arguments: a Lambda request, all of whose lines are meant."""


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
    since_ms = _milliseconds(run.started_at - _MARGIN)
    until_ms = _milliseconds((run.ended_at or datetime.now(UTC)) + _MARGIN)
    for state in (one for top in states for one in top.walk()):
        if wanted is not None and wanted.lower() not in _words(state):
            continue
        events = {
            event["eventId"]: event
            for place in _places(state, run)
            for event in _events(aws, place, since_ms, until_ms)
        }
        for event in sorted(events.values(), key=lambda event: event["timestamp"]):
            at = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
            yield Line(state.name, at, event["message"].rstrip())


def check_state(aws: Aws, run: Found, states: Sequence[State], wanted: str) -> bool:
    """Whether a run has come to a state.

    Raises:
        InputRejected: Its machine has no such state.
    """
    entered = {name for top in states for one in top.walk() for name in _words(one)}
    if wanted.lower() in entered:
        return True
    told = aws.client("stepfunctions").describe_state_machine_for_execution(
        executionArn=run.execution_arn
    )
    tasks = list(_tasks(json.loads(told["definition"])))
    if wanted.lower() not in (name.lower() for name in tasks):
        raise InputRejected(f"{run.run_id} has no state {wanted!r}; it has: {', '.join(tasks)}")
    return False


def _words(state: State) -> tuple[str, str]:
    return state.name.lower(), _service(state)


def _tasks(machine: Any) -> Iterator[str]:
    for name, state in machine["States"].items():
        if state["Type"] == "Task":
            yield name
        inner = [*state.get("Branches", ()), state.get("ItemProcessor") or state.get("Iterator")]
        for one in filter(None, inner):
            yield from _tasks(one)


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _service(state: State) -> str:
    function = str((state.parameters or {}).get("FunctionName", ""))
    return function.rsplit("-", 1)[-1].lower()


def _places(state: State, run: Found) -> Iterator[dict[str, Any]]:
    """Arguments of FilterLogEvents, by the service that the state calls."""
    places = _PLACES.get(state.resource.split(" ")[0])
    return iter(()) if places is None else places(state, run)


def _of_function(state: State, run: Found) -> Iterator[dict[str, Any]]:
    """What a handler logs has the run's id; what the runtime tells has at best the request's."""
    function = str(state.parameters["FunctionName"]).split(":function:")[-1].split(":")[0]
    group = f"/aws/lambda/{function}"
    yield {"logGroupName": group, "filterPattern": f'"{run.run_id}"'}
    for result in state.results:
        if isinstance(result, dict):
            metadata = result.get("SdkResponseMetadata", {})
            request_id = result.get("requestId") or metadata.get("RequestId")
            if request_id:
                yield {"logGroupName": group, _REQUEST: request_id}


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


def _events(aws: Aws, place: dict[str, Any], since_ms: int, until_ms: int) -> Iterator[Any]:
    if _REQUEST in place:
        yield from _events_of_request(aws, place, since_ms, until_ms)
        return
    logs = aws.client("logs")
    pages = logs.get_paginator("filter_log_events").paginate(
        **place, startTime=since_ms, endTime=until_ms
    )
    try:
        for page in pages:
            yield from page["events"]
    except ClientError as exc:
        # A service makes its group and stream with its first line.
        if exc.response["Error"]["Code"] != "ResourceNotFoundException":
            raise


def _events_of_request(
    aws: Aws, place: dict[str, Any], since_ms: int, until_ms: int
) -> Iterator[Any]:
    """From START to REPORT: a container serves one request at a time, in a stream of its own."""
    group, request_id = place["logGroupName"], place[_REQUEST]
    named = {"logGroupName": group, "filterPattern": f'"{request_id}"'}
    marks = list(_events(aws, named, since_ms, until_ms))
    if marks:
        stream = {"logGroupName": group, "logStreamNames": [marks[0]["logStreamName"]]}
        times = [mark["timestamp"] for mark in marks]
        yield from _events(aws, stream, min(times), max(times) + 1)
