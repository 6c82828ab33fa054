"""Stacks deployed as a user deploys them: call, wait for the state, look."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError

DEADLINE_S = 300
_TEMPLATES = Path(__file__).parent / "templates"


def template_text(name: str) -> str:
    return (_TEMPLATES / f"{name}.yaml").read_text()


@dataclass(frozen=True)
class Stacks:
    """One account's stacks."""

    api: Any
    named: list[str] = field(default_factory=list)
    """Names given, oldest first."""

    @classmethod
    @contextmanager
    def removed_afterwards(cls, api: Any) -> Iterator[Stacks]:
        """Stacks of an account that keeps none of them."""
        stacks = cls(api)
        try:
            yield stacks
        finally:
            # Importers are younger than what they import.
            for name in reversed(stacks.named):
                with suppress(ClientError):
                    api.delete_stack(StackName=name)
                    api.get_waiter("stack_delete_complete").wait(
                        StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": DEADLINE_S}
                    )

    def name(self) -> str:
        self.named.append(f"stack-{uuid4().hex[:8]}")
        return self.named[-1]

    def create(self, template: str, name: str | None = None, **more: Any) -> dict[str, Any]:
        name = name or self.name()
        self.api.create_stack(StackName=name, TemplateBody=template, **_request(more))
        return self.settled(name)

    def update(self, name: str, template: str | None = None, **more: Any) -> dict[str, Any]:
        source = {"UsePreviousTemplate": True} if template is None else {"TemplateBody": template}
        self.api.update_stack(StackName=name, **source, **_request(more))
        return self.settled(name)

    def delete(self, stack: dict[str, Any], **more: Any) -> dict[str, Any]:
        self.api.delete_stack(StackName=stack["StackName"], **more)
        return self.settled(stack["StackId"])

    def settled(self, name: str) -> dict[str, Any]:
        """The stack once no operation holds it."""
        deadline = time.monotonic() + DEADLINE_S
        while time.monotonic() < deadline:
            stack: dict[str, Any] = self.api.describe_stacks(StackName=name)["Stacks"][0]
            if not stack["StackStatus"].endswith("_IN_PROGRESS"):
                return stack
            time.sleep(0.02)
        raise TimeoutError(f"{name} is still {stack['StackStatus']}")

    def events(self, name: str) -> list[tuple[str, str]]:
        """Logical id and status of every event, oldest first."""
        found = self.api.describe_stack_events(StackName=name)["StackEvents"]
        return [(one["LogicalResourceId"], one["ResourceStatus"]) for one in reversed(found)]

    def reason(self, name: str, logical_id: str, status: str) -> str:
        for one in self.api.describe_stack_events(StackName=name)["StackEvents"]:
            if (one["LogicalResourceId"], one["ResourceStatus"]) == (logical_id, status):
                return str(one["ResourceStatusReason"])
        raise LookupError(f"{logical_id} was never {status}")

    def resources(self, name: str) -> dict[str, str]:
        found = self.api.list_stack_resources(StackName=name)["StackResourceSummaries"]
        return {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in found}


def _request(more: dict[str, Any]) -> dict[str, Any]:
    parameters = more.pop("parameters", {})
    given = [{"ParameterKey": key, "ParameterValue": one} for key, one in parameters.items()]
    return {"Parameters": given, **more}


def outputs(stack: dict[str, Any]) -> dict[str, str]:
    return {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", ())}
