"""Create, update and delete a whole stack, and undo what failed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.cloudformation.errors import ResourceFailed, ValidationError
from millrace_localcloud.cloudformation.exports import check_exports, exported_value
from millrace_localcloud.cloudformation.intrinsics import Scope
from millrace_localcloud.cloudformation.prepared import Prepared, applied_properties
from millrace_localcloud.cloudformation.references import creation_order
from millrace_localcloud.cloudformation.registry import resource_type
from millrace_localcloud.cloudformation.replacement import needs_replacement
from millrace_localcloud.cloudformation.resource_work import ResourceWork
from millrace_localcloud.cloudformation.stack import (
    Definition,
    Output,
    Stack,
    StackResource,
    with_status,
)

_KEPT = ("Retain", "RetainExceptOnCreate")


@dataclass
class _Undo:
    """What an update did, so that it can be taken back."""

    before: Mapping[str, StackResource]
    updated: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """Properties that were tried, by logical id."""
    made: list[str] = field(default_factory=list)
    """New resources and replacements, in the order in which they were begun."""


class Operation:
    """One operation on one stack; runs in a thread of its own."""

    def __init__(self, cloud: Cloud, stack: Stack, stacks: Mapping[str, Stack]) -> None:
        self._stack = stack
        self._stacks = stacks
        self._work = ResourceWork(cloud, stack)
        self._imports: set[str] = set()

    def create(self, prepared: Prepared) -> None:
        """Make everything; on failure do what the stack's ``on_failure`` says."""
        stack = self._stack
        scope = self._scope(prepared)
        minutes = stack.options.timeout_minutes
        deadline = None if minutes is None else time.monotonic() + 60 * minutes
        failed: list[str] = []
        reason = None
        try:
            for logical_id in prepared.order:
                failed = [logical_id]
                self._make(prepared, scope, logical_id)
                if deadline is not None and time.monotonic() > deadline:
                    raise ResourceFailed("Stack creation time exceeded the specified timeout.")
            failed = []
            self._finish(prepared, scope)
        except (ResourceFailed, ValidationError) as exc:
            reason = (
                f"The following resource(s) failed to create: [{', '.join(failed)}]."
                if failed
                else _message(exc)
            )
            self._fail_create(reason)
            return
        stack.turn("CREATE_COMPLETE")

    def _fail_create(self, reason: str) -> None:
        stack = self._stack
        if stack.options.on_failure == "DO_NOTHING":
            stack.turn("CREATE_FAILED", reason)
        elif stack.options.on_failure == "DELETE":
            stack.turn("DELETE_IN_PROGRESS", f"{reason} Delete requested by user.")
            self._delete_all("DELETE", keep=("Retain",))
        else:
            stack.turn("ROLLBACK_IN_PROGRESS", f"{reason} Rollback requested by user.")
            self._delete_all("ROLLBACK", keep=("Retain",))

    def delete(self, retain: frozenset[str] = frozenset()) -> None:
        """Remove everything that no policy keeps."""
        self._delete_all("DELETE", keep=_KEPT, retain=retain)

    def _delete_all(
        self, word: str, keep: tuple[str, ...], retain: frozenset[str] = frozenset()
    ) -> None:
        resources = dict(self._stack.resources)
        failed = []
        for logical_id in reversed(_order(resources)):
            resource = resources[logical_id]
            if resource.status in ("DELETE_COMPLETE", "DELETE_SKIPPED"):
                continue
            if resource.deletion_policy in keep or logical_id in retain:
                self._stack.put(with_status(resource, "DELETE_SKIPPED"))
            elif not self._work.delete(resource):
                failed.append(logical_id)
        if failed:
            self._stack.turn(
                f"{word}_FAILED",
                f"The following resource(s) failed to delete: [{', '.join(sorted(failed))}]. ",
            )
            return
        self._stack.outputs, self._stack.imports = {}, frozenset()
        self._stack.turn(f"{word}_COMPLETE")

    def update(self, prepared: Prepared, definition: Definition) -> None:
        """Go to another definition; back to the present one when something fails."""
        stack = self._stack
        undo = _Undo(dict(stack.resources))
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
                else _message(exc)
            )
            self._roll_back(undo, reason)
            return
        stack.definition = definition
        stack.turn("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        self._clean_up(prepared, undo)
        stack.turn("UPDATE_COMPLETE")

    def _apply(self, prepared: Prepared, scope: Scope, logical_id: str, undo: _Undo) -> None:
        declaration = prepared.declaration(logical_id)
        before = undo.before.get(logical_id)
        if before is None:
            undo.made.append(logical_id)
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
        self._make(prepared, scope, logical_id, word="UPDATE")

    def _clean_up(self, prepared: Prepared, undo: _Undo) -> None:
        for logical_id in reversed(_order(undo.before)):
            old = undo.before[logical_id]
            if logical_id not in prepared.foreseen:
                if old.deletion_policy in _KEPT:
                    self._stack.note(old, "DELETE_SKIPPED")
                else:
                    self._work.delete(old)
                self._stack.resources.pop(logical_id, None)
            elif logical_id in undo.made:
                if old.update_replace_policy == "Retain":
                    self._stack.note(old, "DELETE_SKIPPED")
                else:
                    self._work.delete(old)

    def _roll_back(self, undo: _Undo, reason: str) -> None:
        stack = self._stack
        stack.turn("UPDATE_ROLLBACK_IN_PROGRESS", reason)
        made = [stack.resources[name] for name in reversed(undo.made) if name in stack.resources]
        broken = []
        for logical_id in reversed(undo.updated):
            try:
                # An update that failed may have been applied in part.
                now = replace(undo.before[logical_id], properties=undo.updated[logical_id])
                self._work.update(now, undo.before[logical_id].properties)
            except ResourceFailed:
                broken.append(logical_id)
        for logical_id in undo.made:
            stack.resources.pop(logical_id, None)
        for logical_id, resource in undo.before.items():
            if logical_id not in broken and stack.resources.get(logical_id) != resource:
                stack.resources[logical_id] = resource
        if broken:
            stack.turn(
                "UPDATE_ROLLBACK_FAILED",
                f"The following resource(s) failed to update: [{', '.join(broken)}]. ",
            )
            return
        stack.turn("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        for resource in made:
            self._work.delete(resource)
        stack.turn("UPDATE_ROLLBACK_COMPLETE")

    def _make(
        self, prepared: Prepared, scope: Scope, logical_id: str, word: str = "CREATE"
    ) -> None:
        self._work.create(
            prepared.declaration(logical_id),
            lambda: self._evaluate(prepared, scope, logical_id),
            prepared.dependencies[logical_id],
            word,
        )

    def _evaluate(self, prepared: Prepared, scope: Scope, logical_id: str) -> dict[str, Any]:
        return applied_properties(scope, prepared.declaration(logical_id), prepared.tags)

    def _finish(self, prepared: Prepared, scope: Scope) -> None:
        outputs = [
            _output(scope, key, declared)
            for key, declared in prepared.template.outputs.items()
            if scope.is_active(declared)
        ]
        check_exports(self._stacks.values(), self._stack, outputs)
        self._stack.outputs = {output.key: output for output in outputs}
        self._stack.imports = frozenset(self._imports)

    def _scope(self, prepared: Prepared) -> Scope:
        return prepared.scope(self._reference, self._import_value)

    def _reference(self, logical_id: str, attribute: str | None) -> Any:
        resource = self._stack.resources[logical_id]
        if attribute is None:
            return resource.physical_id
        if attribute not in resource.attributes:
            raise ResourceFailed(
                f"Template error: resource {logical_id} does not support attribute type "
                f"{attribute} in Fn::GetAtt"
            )
        return resource.attributes[attribute]

    def _import_value(self, name: str) -> str:
        self._imports.add(name)
        return exported_value(self._others(), name)

    def _others(self) -> list[Stack]:
        return [one for one in self._stacks.values() if one is not self._stack]


def _order(resources: Mapping[str, StackResource]) -> list[str]:
    return creation_order(
        {name: set(one.depends_on) & set(resources) for name, one in resources.items()}
    )


def _output(scope: Scope, key: str, declared: Mapping[str, Any]) -> Output:
    resolved = scope.resolve(dict(declared))
    value = resolved["Value"]
    if isinstance(value, dict | list):
        raise ValidationError(
            f"Template format error: Output {key} is malformed. The Value field of every Outputs "
            "member must evaluate to a String."
        )
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    export = resolved.get("Export")
    return Output(key, text, resolved.get("Description"), export["Name"] if export else None)


def _message(exc: ResourceFailed | ValidationError) -> str:
    return exc.message if isinstance(exc, ValidationError) else str(exc)
