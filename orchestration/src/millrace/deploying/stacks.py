"""Apply one CloudFormation template."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from millrace.aws import Aws
from millrace.errors import DeployFailed

DEADLINE_S = 900

_NEVER_LIVED = ("CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED")
"""A stack that was never made whole can only be deleted (CloudFormation, "Stack status codes")."""

_UNCHANGED = "No updates are to be performed"


@dataclass(frozen=True, slots=True)
class Stack:
    """A template with its parameters."""

    name: str
    template: Path
    parameters: Mapping[str, str]


def apply_stack(aws: Aws, stack: Stack) -> bool:
    """Create or update a stack and wait for it; says whether anything changed.

    Raises:
        DeployFailed: The template was refused or a resource failed; the first failure is named.
    """
    cloudformation = aws.client("cloudformation")
    arguments = {
        "StackName": stack.name,
        "TemplateBody": stack.template.read_text(encoding="utf-8"),
        "Parameters": [
            {"ParameterKey": name, "ParameterValue": value}
            for name, value in stack.parameters.items()
        ],
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
    }
    try:
        _update_or_create(cloudformation, arguments)
    except ClientError as exc:
        message = exc.response["Error"]["Message"]
        if _UNCHANGED in message:
            return False
        raise DeployFailed(f"{stack.template.name} of {stack.name}: {message}") from exc
    if _wait(cloudformation, stack.name) is None:
        raise DeployFailed(f"stack {stack.name} was deleted while it was deployed")
    return True


def _update_or_create(cloudformation: Any, arguments: Mapping[str, Any]) -> None:
    """Update first: mostly the stack stands and nothing changes, which is then one request."""
    name = arguments["StackName"]
    try:
        cloudformation.update_stack(**arguments)
    except ClientError as exc:
        if _UNCHANGED in exc.response["Error"]["Message"]:
            raise
        status = _status(cloudformation, name)
        if status in _NEVER_LIVED:
            cloudformation.delete_stack(StackName=name)
            status = _wait(cloudformation, name)
        if status is not None:
            raise
        cloudformation.create_stack(**arguments)


def _wait(cloudformation: Any, name: str) -> str | None:
    """Wait for an operation; answers the status it ended in, None when the stack is gone."""
    deadline = time.monotonic() + DEADLINE_S
    pause_s = 0.02
    while time.monotonic() < deadline:
        status = _status(cloudformation, name)
        if status is None or status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            return status
        if not status.endswith("IN_PROGRESS"):
            raise DeployFailed(
                f"stack {name} ended {status}: {_first_failure(cloudformation, name)}"
            )
        time.sleep(pause_s)
        pause_s = min(pause_s * 1.5, 5)
    raise DeployFailed(f"stack {name} is not ready after {DEADLINE_S} s")


def _status(cloudformation: Any, name: str) -> str | None:
    try:
        found = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as exc:
        if "does not exist" in exc.response["Error"]["Message"]:
            return None
        raise
    return str(found["StackStatus"])


def _first_failure(cloudformation: Any, name: str) -> str:
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    failed = [event for event in events if event["ResourceStatus"].endswith("_FAILED")]
    if not failed:
        return "no resource says why"
    first = min(failed, key=lambda event: event["Timestamp"])
    return f"{first['LogicalResourceId']}: {first.get('ResourceStatusReason', 'no reason given')}"
