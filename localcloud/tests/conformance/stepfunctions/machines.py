"""Machines made and run in one line."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

DEADLINE_S = 60
ROLE = "arn:aws:iam::123456789012:role/machine"


@dataclass(frozen=True)
class Machines:
    """Step Functions of the account under test."""

    client: Any
    role: str = ROLE
    """That the machines run with."""
    made: list[str] = field(default_factory=list)

    @classmethod
    @contextmanager
    def removed_afterwards(cls, client: Any, role: str = ROLE) -> Iterator[Machines]:
        """Machines of an account that keeps none of them."""
        machines = cls(client, role)
        try:
            yield machines
        finally:
            for machine in machines.made:
                client.delete_state_machine(stateMachineArn=machine)

    def create(self, definition: dict[str, Any], name: str | None = None) -> str:
        machine = self.client.create_state_machine(
            name=name or f"machine-{uuid.uuid4().hex[:12]}",
            definition=json.dumps(definition),
            roleArn=self.role,
        )["stateMachineArn"]
        self.made.append(machine)
        return str(machine)

    def start(self, machine: str, given: Any = None, **kwargs: Any) -> str:
        answer = self.client.start_execution(
            stateMachineArn=machine, input=json.dumps(given if given is not None else {}), **kwargs
        )
        return answer["executionArn"]

    def run(self, definition: dict[str, Any], given: Any = None) -> dict[str, Any]:
        """Run a definition to its end and answer DescribeExecution."""
        return self.wait(self.start(self.create(definition), given))

    def wait(self, execution: str, *statuses: str) -> dict[str, Any]:
        wanted = statuses or ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")
        return until(
            lambda: self.client.describe_execution(executionArn=execution),
            lambda described: described["status"] in wanted,
        )

    def output(self, definition: dict[str, Any], given: Any = None) -> Any:
        described = self.run(definition, given)
        assert described["status"] == "SUCCEEDED", described
        return json.loads(described["output"])

    def events(self, execution: str) -> list[dict[str, Any]]:
        return self.client.get_execution_history(executionArn=execution, maxResults=1000)["events"]

    def event_types(self, execution: str) -> list[str]:
        return [event["type"] for event in self.events(execution)]


def until(look: Any, found: Any) -> Any:
    """Poll ``look`` until ``found`` accepts what it answers."""
    deadline = time.monotonic() + DEADLINE_S
    while True:
        answer = look()
        if found(answer):
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"still {answer} after {DEADLINE_S} s")
        time.sleep(0.03)


def one_state(name: str = "Only", **state: Any) -> dict[str, Any]:
    """A machine of one state, which ends there."""
    end = {} if state["Type"] in ("Succeed", "Fail", "Choice") else {"End": True}
    return {"StartAt": name, "States": {name: {**end, **state}}}


def sequence(*states: dict[str, Any], **machine: Any) -> dict[str, Any]:
    """A machine of states in order, each with its name under ``Name``."""
    named = [dict(state) for state in states]
    names = [state.pop("Name") for state in named]
    for state, after in zip(named, [*names[1:], None], strict=True):
        if state["Type"] in ("Succeed", "Fail", "Choice") or "Next" in state:
            continue
        state.update({"Next": after} if after else {"End": True})
    return {**machine, "StartAt": names[0], "States": dict(zip(names, named, strict=True))}


def call(action: str, parameters: dict[str, Any], **state: Any) -> dict[str, Any]:
    """A machine of one task, which asks a service for something."""
    return one_state(
        "Call",
        Type="Task",
        Resource=f"arn:aws:states:::{action}",
        Parameters=parameters,
        TimeoutSeconds=60,
        **state,
    )
