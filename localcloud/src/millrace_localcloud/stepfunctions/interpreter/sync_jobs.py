"""The jobs that a Task can wait for: how each is watched, judged and ended.

Source: Step Functions Developer Guide, "Run a Job (.sync)" and the page of each service.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Known = Mapping[str, Any]
"""The task's parameters and the answer of the call that started the job, as one mapping."""


@dataclass(frozen=True, slots=True)
class SyncJob:
    """One kind of job."""

    service: str
    describe: str
    identity: Callable[[Known], dict[str, Any]]
    """Arguments of the describing call."""
    output: Callable[[dict[str, Any], Known], dict[str, Any]]
    """The task's result, or the cause of its failure, from the describing call's answer."""
    status: Callable[[dict[str, Any]], str]
    """The job's status, from ``output``."""
    succeeded: str
    failed: frozenset[str]
    stop: Callable[[Any, Known], Any]
    """End the job: Step Functions does so when the task times out or is stopped."""

    def judge(self, answer: dict[str, Any], known: Known) -> tuple[bool | None, dict[str, Any]]:
        """Whether the job succeeded, or None while it works; and its document."""
        output = self.output(answer, known)
        status = self.status(output)
        if status == self.succeeded:
            return True, output
        return (False if status in self.failed else None), output


def sync_job(service: str, action: str) -> SyncJob:
    """The kind of job that a task's action starts; raises KeyError."""
    return _JOBS[service, action]


def parse_nested_json(output: dict[str, Any]) -> dict[str, Any]:
    """The ``.sync:2`` form of an execution: Input and Output as JSON instead of as a string."""
    parsed: dict[str, Any] = {
        key: json.loads(output[key]) for key in ("Input", "Output") if key in output
    }
    return {**output, **parsed}


def _sagemaker(kind: str) -> SyncJob:
    name = f"{kind}JobName"
    method = f"{kind.lower()}_job"
    return SyncJob(
        service="sagemaker",
        describe=f"describe_{method}",
        identity=lambda known: {name: known[name]},
        output=lambda answer, known: answer,
        status=lambda output: output[f"{kind}JobStatus"],
        succeeded="Completed",
        failed=frozenset({"Failed", "Stopped"}),
        stop=lambda client, known: getattr(client, f"stop_{method}")(**{name: known[name]}),
    )


def _pascal(answer: dict[str, Any]) -> dict[str, Any]:
    return {key[:1].upper() + key[1:]: item for key, item in answer.items()}


_JOBS = {
    ("glue", "startJobRun"): SyncJob(
        service="glue",
        describe="get_job_run",
        identity=lambda known: {"JobName": known["JobName"], "RunId": known["JobRunId"]},
        output=lambda answer, known: {**answer["JobRun"], "JobName": known["JobName"]},
        status=lambda output: output["JobRunState"],
        succeeded="SUCCEEDED",
        failed=frozenset({"FAILED", "TIMEOUT", "ERROR", "STOPPED", "EXPIRED"}),
        stop=lambda client, known: client.batch_stop_job_run(
            JobName=known["JobName"], JobRunIds=[known["JobRunId"]]
        ),
    ),
    ("sagemaker", "createProcessingJob"): _sagemaker("Processing"),
    ("sagemaker", "createTrainingJob"): _sagemaker("Training"),
    ("sagemaker", "createTransformJob"): _sagemaker("Transform"),
    ("athena", "startQueryExecution"): SyncJob(
        service="athena",
        describe="get_query_execution",
        identity=lambda known: {"QueryExecutionId": known["QueryExecutionId"]},
        output=lambda answer, known: answer,
        status=lambda output: output["QueryExecution"]["Status"]["State"],
        succeeded="SUCCEEDED",
        failed=frozenset({"FAILED", "CANCELLED"}),
        stop=lambda client, known: client.stop_query_execution(
            QueryExecutionId=known["QueryExecutionId"]
        ),
    ),
    ("states", "startExecution"): SyncJob(
        service="stepfunctions",
        describe="describe_execution",
        identity=lambda known: {"executionArn": known["ExecutionArn"]},
        output=lambda answer, known: _pascal(answer),
        status=lambda output: output["Status"],
        succeeded="SUCCEEDED",
        failed=frozenset({"FAILED", "TIMED_OUT", "ABORTED"}),
        stop=lambda client, known: client.stop_execution(
            executionArn=known["ExecutionArn"],
            cause="The task that waited for this execution timed out or was stopped",
        ),
    ),
}
