"""Update a whole stack, and go back when something fails."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from millrace_localcloud.cloudformation.errors import ResourceFailed, ValidationError
from millrace_localcloud.cloudformation.intrinsics import Scope
from millrace_localcloud.cloudformation.operation import (
    KEEPING_POLICIES,
    Operation,
    deletion_order,
    failure_reason,
)
from millrace_localcloud.cloudformation.prepared import Prepared
from millrace_localcloud.cloudformation.registry import resource_type
from millrace_localcloud.cloudformation.replacement import needs_replacement
from millrace_localcloud.cloudformation.stack import Definition, Undo, with_status


class Update(Operation):
    """One update of one stack; runs in a thread of its own."""

    def run(self, prepared: Prepared, definition: Definition) -> None:
        """Go to another definition; back to the present one when something fails."""
        stack = self._stack
        stack.undo = undo = Undo(dict(stack.resources), frozenset(prepared.foreseen))
        scope = self._scope(prepared)
        failed: list[str] = []
        try:
            for logical_id in prepared.order:
                failed = [logical_id]
                self._apply(prepared, scope, logical_id, undo)
            failed = []
            self._finish(prepared, scope)
        except (ResourceFailed, ValidationError) as exc:
            reason = (
                f"The following resource(s) failed to update: [{', '.join(failed)}]."
                if failed
                else failure_reason(exc)
            )
            self.roll_back(undo, reason)
            return
        stack.definition = definition
        stack.turn("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        self._clean_up(undo)

    def resume(self, undo: Undo, reason: str) -> None:
        """End what a run of the cloud left undone when it ended: an update is taken back."""
        status = self._stack.status
        if status == "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS":
            self._clean_up(undo)
        elif status == "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS":
            self._clean_up_rollback(undo)
        else:
            self.roll_back(undo, reason)

    def _apply(self, prepared: Prepared, scope: Scope, logical_id: str, undo: Undo) -> None:
        declaration = prepared.declaration(logical_id)
        before = undo.before.get(logical_id)
        if before is None:
            undo.made.append(logical_id)
            self._keep()
            self._make(prepared, scope, logical_id)
            return
        properties = self._evaluate(prepared, scope, logical_id)
        declared = replace(
            before,
            depends_on=prepared.dependencies[logical_id],
            deletion_policy=declaration.deletion_policy,
            update_replace_policy=declaration.update_replace_policy,
        )
        if properties == before.properties:
            self._stack.resources[logical_id] = declared
            return
        kind = resource_type(before.type)
        assert kind is not None
        if not needs_replacement(kind, before.properties, properties):
            undo.updated[logical_id] = properties
            self._keep()
            self._work.update(declared, properties)
            return
        name = properties.get(kind.name_property or "")
        if name and name == before.name:
            reason = (
                "CloudFormation cannot update a stack when a custom-named resource requires "
                f"replacing. Rename {name} and update the stack again."
            )
            self._stack.put(with_status(before, "UPDATE_FAILED", reason))
            raise ResourceFailed(reason)
        self._stack.put(
            with_status(
                declared,
                "UPDATE_IN_PROGRESS",
                "Requested update requires the creation of a new physical resource; "
                "hence creating one.",
            )
        )
        undo.made.append(logical_id)
        self._keep()
        self._make(prepared, scope, logical_id, word="UPDATE")

    def _keep(self) -> None:
        """Have on disk what is about to be done, so that it can be taken back after a kill."""
        self._keeping.keep_service("cloudformation")

    def _clean_up(self, undo: Undo) -> None:
        for logical_id in deletion_order(undo.before):
            old = undo.before[logical_id]
            if logical_id not in undo.foreseen:
                if old.deletion_policy in KEEPING_POLICIES:
                    self._stack.note(old, "DELETE_SKIPPED")
                else:
                    self._work.delete(old)
                self._stack.resources.pop(logical_id, None)
            elif logical_id in undo.made:
                if old.update_replace_policy == "Retain":
                    self._stack.note(old, "DELETE_SKIPPED")
                else:
                    self._work.delete(old)
        self._settle("UPDATE_COMPLETE")

    def roll_back(self, undo: Undo, reason: str | None, skip: Collection[str] = ()) -> None:
        """Take an update back; what fails is left to be continued, save what is to be skipped."""
        stack = self._stack
        if stack.status != "UPDATE_ROLLBACK_IN_PROGRESS":
            stack.turn("UPDATE_ROLLBACK_IN_PROGRESS", reason)
        broken = {}
        for logical_id in reversed(undo.updated):
            if logical_id in skip:
                continue
            try:
                # An update that failed may have been applied in part.
                now = replace(undo.before[logical_id], properties=undo.updated[logical_id])
                self._work.update(now, undo.before[logical_id].properties)
            except ResourceFailed:
                broken[logical_id] = undo.updated[logical_id]
        undo.leftovers += [
            stack.resources.pop(name) for name in reversed(undo.made) if name in stack.resources
        ]
        undo.updated, undo.made = dict(reversed(broken.items())), []
        for logical_id, resource in undo.before.items():
            if logical_id not in broken and stack.resources.get(logical_id) != resource:
                stack.resources[logical_id] = resource
        if broken:
            self._end(
                "UPDATE_ROLLBACK_FAILED",
                f"The following resource(s) failed to update: [{', '.join(broken)}]. ",
            )
            return
        stack.turn("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        self._clean_up_rollback(undo)

    def _clean_up_rollback(self, undo: Undo) -> None:
        for resource in undo.leftovers:
            self._work.delete(resource)
        self._settle("UPDATE_ROLLBACK_COMPLETE")

    def _settle(self, status: str) -> None:
        self._stack.undo = None
        self._end(status)
