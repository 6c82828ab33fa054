"""Stacks deployed as a user deploys them: call, wait for the state, look."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

DEADLINE_S = 60


@dataclass(frozen=True)
class Stacks:
    """One account's stacks."""

    api: Any

    def name(self) -> str:
        return f"stack-{uuid4().hex[:8]}"

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
