"""The stacks of one account and region, and the operations on them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from moto.cloudformation.models import CloudFormationBackend

from millrace_localcloud.cloud import ACCOUNT, REGION, Cloud
from millrace_localcloud.cloudformation.change_set import NO_CHANGES, ChangeSet
from millrace_localcloud.cloudformation.changes import bookkeeping_differs, plan_changes
from millrace_localcloud.cloudformation.definitions import (
    first_definition,
    next_definition,
    prepare_stack,
    prepare_update,
)
from millrace_localcloud.cloudformation.errors import (
    AlreadyExists,
    ChangeSetNotFound,
    ValidationError,
)
from millrace_localcloud.cloudformation.exports import canceled_delete
from millrace_localcloud.cloudformation.operation import Operation
from millrace_localcloud.cloudformation.prepared import Prepared, check_capabilities
from millrace_localcloud.cloudformation.request import DeployRequest, check_stack_name
from millrace_localcloud.cloudformation.stack import LIVE_STATES, Definition, Stack
from millrace_localcloud.cloudformation.update import Update

_claims = threading.RLock()
"""Held while a stack is looked at and taken by an operation."""


class StackBackend(CloudFormationBackend):
    """Our stacks in the place of moto's."""

    cloud: Cloud

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.stacks: dict[str, Stack] = {}
        self.deleted_stacks: dict[str, Stack] = {}
        self.change_sets: dict[str, ChangeSet] = {}

    def create_stack(
        self, name: Any, request: DeployRequest, *, protected: bool, parent_id: str | None = None
    ) -> Stack:
        """Check, then start making the stack."""
        with _claims:
            self._check_place()
            stack = self._new_stack(check_stack_name(name), request, parent_id)
            stack.termination_protection = protected
            prepared = prepare_stack(stack, stack.definition)
            check_capabilities(prepared.template, request.options.capabilities)
            self.stacks[stack.stack_id] = stack
            self._begin_create(stack, prepared)
        return stack

    def update_stack(self, name: str, request: DeployRequest) -> Stack:
        """Check, then start changing the stack."""
        with _claims:
            stack = self._updatable(name)
            definition = next_definition(self.cloud, stack, request)
            before, prepared = prepare_update(stack, definition)
            check_capabilities(prepared.template, request.options.capabilities)
            unchanged = not plan_changes(before, stack.resources, prepared)
            if unchanged and not bookkeeping_differs(before, prepared):
                raise ValidationError("No updates are to be performed.")
            self._begin_update(stack, prepared, definition)
        return stack

    def delete_stack(self, name: str, retain: frozenset[str] = frozenset()) -> None:
        """Start deleting; a stack that does not exist is deleted already."""
        with _claims:
            stack = self._find(name)
            if stack is None or stack.stack_id in self.deleted_stacks:
                return
            if stack.termination_protection:
                raise ValidationError(
                    f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled"
                )
            if stack.is_busy:
                raise _wrong_state(stack, "deleted")
            if retain and stack.status != "DELETE_FAILED":
                raise ValidationError(
                    f"Invalid operation on stack [{stack.stack_id}]. When you delete a stack, "
                    "specify which resources to retain only when the stack is in the "
                    "DELETE_FAILED state."
                )
            canceled = canceled_delete(self.stacks.values(), stack)
            if canceled is not None:
                # AWS takes the call and leaves the stack in the state it had.
                stack.turn(stack.status, canceled)
                return
            stack.turn("DELETE_IN_PROGRESS", "User Initiated")
            operation = self._operation(stack)
            self._start(stack, lambda: operation.delete(retain))

    def continue_update_rollback(self, name: str, skip: Collection[str] = ()) -> None:
        """Try again to take an update back."""
        with _claims:
            stack = self.get_stack(name)
            undo = stack.undo
            if stack.status != "UPDATE_ROLLBACK_FAILED" or undo is None:
                raise _wrong_state(stack, "rolled back")
            unknown = [logical_id for logical_id in skip if logical_id not in undo.updated]
            if unknown:
                raise ValidationError(
                    "These resources cannot be skipped, as their rollback has not failed: "
                    f"[{', '.join(unknown)}]."
                )
            stack.turn("UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated")
            update = Update(self.cloud, stack, self.stacks)
            self._start(stack, lambda: update.roll_back(undo, None, skip))

    def create_change_set(
        self, stack_name: str, name: str, kind: str, description: str | None, request: DeployRequest
    ) -> ChangeSet:
        """Check a deployment and describe what it would change."""
        with _claims:
            self._check_place()
            stack = self._find(stack_name)
            if kind == "CREATE" and (stack is None or stack.status == "REVIEW_IN_PROGRESS"):
                made = self._new_stack(check_stack_name(stack_name), request, None, stack)
                definition, before, prepared = (
                    made.definition,
                    None,
                    prepare_stack(made, made.definition),
                )
                check_capabilities(prepared.template, request.options.capabilities)
                if stack is None:
                    self.stacks[made.stack_id] = made
                    made.turn("REVIEW_IN_PROGRESS", "User Initiated")
                stack = made
            elif kind == "UPDATE":
                stack = self._updatable(stack_name)
                definition = next_definition(self.cloud, stack, request)
                before, prepared = prepare_update(stack, definition)
                check_capabilities(prepared.template, request.options.capabilities)
            else:
                raise ValidationError(f"Stack [{stack_name}] already exists")
            change_set = ChangeSet(
                change_set_id=f"{_arn('changeSet')}/{name}/{uuid4()}",
                name=name,
                stack_id=stack.stack_id,
                stack_name=stack.name,
                kind=kind,
                definition=definition,
                options=request.options,
                created_at=datetime.now(UTC),
                description=description,
                changes=plan_changes(before, stack.resources, prepared),
            )
            unchanged = before is not None and not change_set.changes
            if unchanged and before is not None and not bookkeeping_differs(before, prepared):
                change_set.status, change_set.reason = "FAILED", NO_CHANGES
                change_set.execution_status = "UNAVAILABLE"
            if any(one.name == name for one in self.change_sets_of(stack)):
                raise AlreadyExists(f"ChangeSet {name} already exists")
            self.change_sets[change_set.change_set_id] = change_set
        return change_set

    def execute_change_set(self, change_set: ChangeSet) -> None:
        """Start what the change set describes."""
        with _claims:
            if change_set.execution_status != "AVAILABLE":
                raise ValidationError(
                    f"ChangeSet [{change_set.change_set_id}] cannot be executed in its current "
                    f"status of [{change_set.status}]"
                )
            stack = self.stacks[change_set.stack_id]
            if change_set.kind == "CREATE":
                stack.definition, stack.options = change_set.definition, change_set.options
                self._begin_create(stack, prepare_stack(stack, stack.definition))
            else:
                self._updatable(stack.stack_id)
                prepared = prepare_stack(stack, change_set.definition)
                self._begin_update(stack, prepared, change_set.definition)
            change_set.execution_status = "EXECUTE_COMPLETE"
            for other in self.change_sets_of(stack):
                if other is not change_set:
                    del self.change_sets[other.change_set_id]

    def change_sets_of(self, stack: Stack) -> list[ChangeSet]:
        return [one for one in list(self.change_sets.values()) if one.stack_id == stack.stack_id]

    def find_change_set(self, name: str, stack_name: str | None) -> ChangeSet:
        """By ARN, or by name in a stack. Raises ChangeSetNotFound."""
        for one in reversed(list(self.change_sets.values())):
            in_stack = stack_name in (one.stack_name, one.stack_id)
            if name == one.change_set_id or (name == one.name and in_stack):
                return one
        raise ChangeSetNotFound(f"ChangeSet [{name}] does not exist")

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
            raise _wrong_state(stack, "updated")
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
            stack_id=f"{_arn('stack')}/{name}/{uuid4()}",
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
        with _claims:
            stack.deleted_at = datetime.now(UTC)
            self.deleted_stacks[stack.stack_id] = stack
            self.stacks.pop(stack.stack_id, None)

    def _check_place(self) -> None:
        if (self.account_id, self.region_name) != (ACCOUNT, REGION):
            raise ValidationError(
                f"the local cloud deploys stacks in account {ACCOUNT}, region {REGION} only, "
                f"not in {self.account_id}, {self.region_name}"
            )


def _arn(kind: str) -> str:
    return f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:{kind}"


def _wrong_state(stack: Stack, verb: str) -> ValidationError:
    return ValidationError(
        f"Stack:{stack.stack_id} is in {stack.status} state and can not be {verb}."
    )
