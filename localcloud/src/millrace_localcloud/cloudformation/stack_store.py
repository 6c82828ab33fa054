"""The stacks of one account and region, and the work under way on them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import uuid4

from moto.cloudformation.models import CloudFormationBackend

from millrace_localcloud.cloud import ACCOUNT, REGION, Cloud
from millrace_localcloud.cloudformation.change_set import ChangeSet
from millrace_localcloud.cloudformation.definitions import first_definition
from millrace_localcloud.cloudformation.errors import AlreadyExists, ValidationError
from millrace_localcloud.cloudformation.operation import Operation
from millrace_localcloud.cloudformation.prepared import Prepared
from millrace_localcloud.cloudformation.request import DeployRequest
from millrace_localcloud.cloudformation.stack import LIVE_STATES, Definition, Stack
from millrace_localcloud.cloudformation.update import Update

claims = threading.RLock()
"""Held while a stack is looked at and taken by an operation."""


class StackStore(CloudFormationBackend):
    """What is kept of stacks; their operations run in threads of their own."""

    cloud: Cloud

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.stacks: dict[str, Stack] = {}
        self.deleted_stacks: dict[str, Stack] = {}
        self.change_sets: dict[str, ChangeSet] = {}

    def get_stack(self, name: str) -> Stack:
        """A stack by name or, also when deleted, by id. Raises ValidationError."""
        found = self._find(name)
        if found is None:
            raise ValidationError(f"Stack with id {name} does not exist")
        return found

    def interrupted(self) -> Iterator[Stack]:
        """Stacks that an operation held when the cloud ended; nested ones before their parents."""
        return (stack for stack in reversed(list(self.stacks.values())) if stack.is_busy)

    def end_interrupted(self, stack: Stack, reason: str) -> None:
        """End what nobody carries on: what creates or updates is taken back, a deletion failed."""
        if stack.undo is not None:
            Update(self.cloud, stack, self.stacks).resume(stack.undo, reason)
            return
        creating = stack.status in ("CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS")
        stack.interrupt(reason)
        if creating:
            self._operation(stack).fail_create(reason)

    def _find(self, name: str) -> Stack | None:
        for stack in list(self.stacks.values()):
            if name in (stack.name, stack.stack_id):
                return stack
        return self.deleted_stacks.get(name)

    def _updatable(self, name: str) -> Stack:
        stack = self.get_stack(name)
        if stack.status not in LIVE_STATES:
            raise wrong_state(stack, "updated")
        return stack

    def _new_stack(
        self,
        name: str,
        request: DeployRequest,
        parent_id: str | None,
        reviewed: Stack | None = None,
    ) -> Stack:
        existing = self._find(name)
        if existing is not None and reviewed is None:
            raise AlreadyExists(f"Stack [{name}] already exists")
        if request.template_text is None:
            raise ValidationError("Either Template URL or Template Body must be specified.")
        definition = first_definition(self.cloud, request.template_text, request)
        if reviewed is not None:
            reviewed.definition, reviewed.options = definition, request.options
            return reviewed
        return Stack(
            stack_id=f"{arn_of('stack')}/{name}/{uuid4()}",
            name=name,
            definition=definition,
            options=request.options,
            created_at=datetime.now(UTC),
            parent_id=parent_id,
        )

    def _begin_create(self, stack: Stack, prepared: Prepared) -> None:
        stack.turn("CREATE_IN_PROGRESS", "User Initiated")
        operation = self._operation(stack)
        self._start(stack, lambda: operation.create(prepared))

    def _begin_update(self, stack: Stack, prepared: Prepared, definition: Definition) -> None:
        stack.updated_at = datetime.now(UTC)
        stack.turn("UPDATE_IN_PROGRESS", "User Initiated")
        update = Update(self.cloud, stack, self.stacks)
        self._start(stack, lambda: update.run(prepared, definition))

    def _operation(self, stack: Stack) -> Operation:
        return Operation(self.cloud, stack, self.stacks)

    def _start(self, stack: Stack, work: Callable[[], None]) -> None:
        def run() -> None:
            try:
                work()
            except Exception as exc:
                if stack.is_busy:
                    stack.interrupt(f"Internal failure: {exc!r}")
                raise
            finally:
                if stack.status == "DELETE_COMPLETE":
                    self._bury(stack)
                self.cloud.keeping.keep_service("cloudformation")

        threading.Thread(target=run, name=f"stack-{stack.name}", daemon=True).start()

    def _bury(self, stack: Stack) -> None:
        with claims:
            stack.deleted_at = datetime.now(UTC)
            self.deleted_stacks[stack.stack_id] = stack
            self.stacks.pop(stack.stack_id, None)

    def _check_place(self) -> None:
        if (self.account_id, self.region_name) != (ACCOUNT, REGION):
            raise ValidationError(
                f"the local cloud deploys stacks in account {ACCOUNT}, region {REGION} only, "
                f"not in {self.account_id}, {self.region_name}"
            )


def arn_of(kind: str) -> str:
    """The beginning of what CloudFormation names."""
    return f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:{kind}"


def wrong_state(stack: Stack, verb: str) -> ValidationError:
    """A stack that an operation cannot take now."""
    return ValidationError(
        f"Stack:{stack.stack_id} is in {stack.status} state and can not be {verb}."
    )
