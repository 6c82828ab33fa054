"""The operations on stacks and change sets that may be asked for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from millrace_localcloud.cloudformation.change_set import NO_CHANGES, ChangeSet
from millrace_localcloud.cloudformation.changes import bookkeeping_differs, plan_changes
from millrace_localcloud.cloudformation.definitions import (
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
from millrace_localcloud.cloudformation.prepared import check_capabilities
from millrace_localcloud.cloudformation.request import DeployRequest, check_stack_name
from millrace_localcloud.cloudformation.stack import Stack
from millrace_localcloud.cloudformation.stack_store import StackStore, arn_of, claims, wrong_state
from millrace_localcloud.cloudformation.update import Update


class StackBackend(StackStore):
    """Our stacks in the place of moto's."""

    def create_stack(
        self, name: Any, request: DeployRequest, *, protected: bool, parent_id: str | None = None
    ) -> Stack:
        """Check, then start making the stack."""
        with claims:
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
        with claims:
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
        with claims:
            stack = self._find(name)
            if stack is None or stack.stack_id in self.deleted_stacks:
                return
            if stack.termination_protection:
                raise ValidationError(
                    f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled"
                )
            if stack.is_busy:
                raise wrong_state(stack, "deleted")
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
        with claims:
            stack = self.get_stack(name)
            undo = stack.undo
            if stack.status != "UPDATE_ROLLBACK_FAILED" or undo is None:
                raise wrong_state(stack, "rolled back")
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
        with claims:
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
                change_set_id=f"{arn_of('changeSet')}/{name}/{uuid4()}",
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
        with claims:
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
