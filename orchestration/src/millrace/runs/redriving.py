"""Go on with a failed run from the state that failed."""

from __future__ import annotations

from botocore.exceptions import ClientError

from millrace.aws import Aws
from millrace.errors import RedriveRefused
from millrace.runs.finding import Found, list_runs
from millrace.runs.starting import Run


def redrive_run(aws: Aws, found: Found) -> Run:
    """Redrive one run, unless another run of its dataset is at work.

    Raises:
        RedriveRefused: It has not failed, is too old, or would meet another run.
    """
    working = list_runs(aws, status="RUNNING", dataset=found.dataset, limit=1)
    if working and working[0].run_id != found.run_id:
        raise RedriveRefused(f"{working[0].run_id} is at work on {found.dataset}: wait for its end")
    stepfunctions = aws.client("stepfunctions")
    try:
        stepfunctions.redrive_execution(executionArn=found.execution_arn)
    except ClientError as exc:
        if exc.response["Error"]["Code"] != "ExecutionNotRedrivable":
            raise
        words = exc.response["Error"]["Message"]
        raise RedriveRefused(f"{found.run_id} cannot be redriven: {words}") from exc
    return Run(found.dataset, found.run_id, found.execution_arn)
