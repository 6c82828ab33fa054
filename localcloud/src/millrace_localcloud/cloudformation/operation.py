"""Create and delete a whole stack, and take back what was made when something fails."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.cloudformation.errors import ResourceFailed, ValidationError
from millrace_localcloud.cloudformation.exports import check_exports, exported_value
from millrace_localcloud.cloudformation.intrinsics import Scope
from millrace_localcloud.cloudformation.prepared import Prepared, applied_properties
from millrace_localcloud.cloudformation.references import creation_order
from millrace_localcloud.cloudformation.resource_work import ResourceWork
from millrace_localcloud.cloudformation.stack import (
    Output,
    Stack,
    StackResource,
    with_status,
)

KEEPING_POLICIES = ("Retain", "RetainExceptOnCreate")


class Operation:
    """One operation on one stack; runs in a thread of its own."""

    def __init__(self, cloud: Cloud, stack: Stack, stacks: Mapping[str, Stack]) -> None:
        self._keeping = cloud.keeping
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
                else failure_reason(exc)
            )
            self.fail_create(reason)
            return
        self._end("CREATE_COMPLETE")

    def fail_create(self, reason: str) -> None:
        """End a creation that cannot be completed, as the stack's ``on_failure`` says."""
        stack = self._stack
        if stack.options.on_failure == "DO_NOTHING":
            self._end("CREATE_FAILED", reason)
        elif stack.options.on_failure == "DELETE":
            stack.turn("DELETE_IN_PROGRESS", f"{reason} Delete requested by user.")
            self._delete_all("DELETE", keep=("Retain",))
        else:
            stack.turn("ROLLBACK_IN_PROGRESS", f"{reason} Rollback requested by user.")
            self._delete_all("ROLLBACK", keep=("Retain",))

    def delete(self, retain: frozenset[str] = frozenset()) -> None:
        """Remove everything that no policy keeps."""
        self._delete_all("DELETE", keep=KEEPING_POLICIES, retain=retain)

    def _delete_all(
        self, word: str, keep: tuple[str, ...], retain: frozenset[str] = frozenset()
    ) -> None:
        resources = dict(self._stack.resources)
        failed = []
        for logical_id in deletion_order(resources):
            resource = resources[logical_id]
            if resource.status in ("DELETE_COMPLETE", "DELETE_SKIPPED"):
                continue
            if resource.deletion_policy in keep or logical_id in retain:
                self._stack.put(with_status(resource, "DELETE_SKIPPED"))
            elif not self._work.delete(resource):
                failed.append(logical_id)
        if failed:
            self._end(
                f"{word}_FAILED",
                f"The following resource(s) failed to delete: [{', '.join(sorted(failed))}]. ",
            )
            return
        self._stack.outputs, self._stack.imports = {}, frozenset()
        self._end(f"{word}_COMPLETE")

    def _end(self, status: str, reason: str | None = None) -> None:
        with self._keeping.ending("cloudformation"):
            self._stack.turn(status, reason)

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
        check_exports(list(self._stacks.values()), self._stack, outputs)
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
        return [one for one in list(self._stacks.values()) if one is not self._stack]


def deletion_order(resources: Mapping[str, StackResource]) -> list[str]:
    """Logical ids so that each comes before what it needs."""
    order = creation_order(
        {name: set(one.depends_on) & set(resources) for name, one in resources.items()}
    )
    return order[::-1]


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


def failure_reason(exc: ResourceFailed | ValidationError) -> str:
    """The reason as the stack's event shows it."""
    return exc.message if isinstance(exc, ValidationError) else str(exc)
