"""Change a stack by a change set: see first what would change, then decide."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from millrace.aws import Aws
from millrace.deploying.templates import parameters_of
from millrace.errors import DeployFailed, InputRejected

DEADLINE_S = 3600
_NOTHING = ("didn't contain changes", "No updates are to be performed")
_EMPTY = "REVIEW_IN_PROGRESS"
"""A stack that has nothing but a change set."""


@dataclass(frozen=True, slots=True)
class Change:
    """What would happen to one resource."""

    action: str
    """``Add``, ``Modify`` or ``Remove``."""
    resource: str
    type: str
    replacement: bool


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What a template and its parameters would change."""

    arn: str
    stack: str
    creates: bool
    """The stack does not exist yet."""
    changes: tuple[Change, ...]


def prepare_change_set(
    aws: Aws, stack: str, template: Path, given: Mapping[str, str]
) -> ChangeSet | None:
    """Let CloudFormation say what would change; None when nothing would.

    A parameter that is not given keeps its value, or has the template's default in a new stack.

    Raises:
        InputRejected: A parameter has no value, or there is none of that name.
        DeployFailed: The template was refused, or the stack is at work or broken.
    """
    cloudformation = aws.client("cloudformation")
    found = _describe(cloudformation, stack) or {}
    status = found.get("StackStatus", _EMPTY)
    creates = status == _EMPTY
    if not creates and (not status.endswith("_COMPLETE") or status == "ROLLBACK_COMPLETE"):
        raise DeployFailed(f"stack {stack} is {status}: wait, or destroy it first")
    known = set() if creates else {p["ParameterKey"] for p in found.get("Parameters", [])}
    try:
        arn = cloudformation.create_change_set(
            StackName=stack,
            ChangeSetName=f"millrace-{uuid.uuid4().hex[:12]}",
            ChangeSetType="CREATE" if creates else "UPDATE",
            TemplateBody=template.read_text(encoding="utf-8"),
            Parameters=_parameters(template, given, known),
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )["Id"]
    except ClientError as exc:
        raise DeployFailed(f"{stack}: {exc.response['Error']['Message']}") from exc
    described = _await_change_set(cloudformation, stack, arn)
    if described["Status"] == "FAILED":
        reason = described.get("StatusReason", "")
        cloudformation.delete_change_set(StackName=stack, ChangeSetName=arn)
        if any(words in reason for words in _NOTHING):
            return None
        raise DeployFailed(f"{stack}: {reason}")
    return ChangeSet(arn, stack, creates, tuple(_changes(cloudformation, stack, arn)))


def execute(aws: Aws, change_set: ChangeSet) -> None:
    """Do what was shown, and wait for it.

    Raises:
        DeployFailed: A resource failed; the first failure is named, and the stack is as before.
    """
    cloudformation = aws.client("cloudformation")
    cloudformation.execute_change_set(StackName=change_set.stack, ChangeSetName=change_set.arn)
    status = await_stack(aws, change_set.stack)
    if status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        failure = first_failure(cloudformation, change_set.stack)
        raise DeployFailed(f"stack {change_set.stack} ended {status}: {failure}")


def decline(aws: Aws, change_set: ChangeSet) -> None:
    """Forget the change set, and the empty stack that a first one leaves."""
    cloudformation = aws.client("cloudformation")
    cloudformation.delete_change_set(StackName=change_set.stack, ChangeSetName=change_set.arn)
    if change_set.creates:
        cloudformation.delete_stack(StackName=change_set.stack)


def await_stack(aws: Aws, stack: str) -> str | None:
    """Wait for a stack at work; answers the status it ended in, None when it is gone.

    Raises:
        DeployFailed: It is still at work after an hour.
    """
    cloudformation = aws.client("cloudformation")
    deadline = time.monotonic() + DEADLINE_S
    pause_s = 0.05
    while time.monotonic() < deadline:
        found = _describe(cloudformation, stack)
        if found is None or found["StackStatus"] == "DELETE_COMPLETE":
            return None
        if not found["StackStatus"].endswith("IN_PROGRESS"):
            return str(found["StackStatus"])
        time.sleep(pause_s)
        pause_s = min(pause_s * 1.5, 5)
    raise DeployFailed(f"stack {stack} is still at work after {DEADLINE_S} s")


def _parameters(template: Path, given: Mapping[str, str], known: set[str]) -> list[dict[str, Any]]:
    declared = parameters_of(template)
    if unknown := sorted(given.keys() - declared.keys()):
        named = ", ".join(sorted(declared))
        raise InputRejected(f"{template}: no parameter is called {unknown[0]}; there are {named}")
    values: list[dict[str, Any]] = []
    for name, definition in declared.items():
        if name in given:
            values.append({"ParameterKey": name, "ParameterValue": given[name]})
        elif name in known:
            values.append({"ParameterKey": name, "UsePreviousValue": True})
        elif "Default" not in definition:
            raise InputRejected(
                f"{template}: give --set {name}=…: {definition['Type']}, no default"
            )
    return values


def _await_change_set(cloudformation: Any, stack: str, arn: str) -> dict[str, Any]:
    deadline = time.monotonic() + DEADLINE_S
    pause_s = 0.05
    while time.monotonic() < deadline:
        found: dict[str, Any] = cloudformation.describe_change_set(
            StackName=stack, ChangeSetName=arn
        )
        if found["Status"] in ("CREATE_COMPLETE", "FAILED"):
            return found
        time.sleep(pause_s)
        pause_s = min(pause_s * 1.5, 5)
    raise DeployFailed(f"{stack}: the change set is not ready after {DEADLINE_S} s")


def _changes(cloudformation: Any, stack: str, arn: str) -> list[Change]:
    found: list[Change] = []
    token: dict[str, str] = {}
    while True:
        page = cloudformation.describe_change_set(StackName=stack, ChangeSetName=arn, **token)
        for entry in page.get("Changes", []):
            change = entry["ResourceChange"]
            replaced = change.get("Replacement") in ("True", "Conditional")
            found.append(
                Change(
                    change["Action"], change["LogicalResourceId"], change["ResourceType"], replaced
                )
            )
        if "NextToken" not in page:
            return found
        token = {"NextToken": page["NextToken"]}


def _describe(cloudformation: Any, stack: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as exc:
        if "does not exist" in exc.response["Error"]["Message"]:
            return None
        raise
    return found


def first_failure(cloudformation: Any, stack: str) -> str:
    """Which resource of a stack failed first, and why."""
    events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    failed = [
        event
        for event in events
        if event["ResourceStatus"].endswith("_FAILED") and event["LogicalResourceId"] != stack
    ]
    if not failed:
        return "no resource says why"
    first = min(failed, key=lambda event: event["Timestamp"])
    return f"{first['LogicalResourceId']}: {first.get('ResourceStatusReason', 'no reason given')}"
