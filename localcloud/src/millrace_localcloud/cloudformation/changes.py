"""What an update would do to each resource; the changes of a change set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from millrace_localcloud.cloudformation.prepared import Prepared
from millrace_localcloud.cloudformation.registry import resource_type
from millrace_localcloud.cloudformation.replacement import (
    changed_properties,
    create_only_changes,
    needs_replacement,
)
from millrace_localcloud.cloudformation.stack import StackResource


@dataclass(frozen=True, slots=True)
class Change:
    """One resource's change."""

    action: str
    """``Add``, ``Modify`` or ``Remove``."""
    logical_id: str
    type: str
    physical_id: str | None = None
    replacement: str | None = None
    """``True``, ``False`` or ``Conditional``, of a Modify."""
    properties: tuple[str, ...] = ()
    create_only: frozenset[str] = frozenset()


def plan_changes(
    before: Prepared | None, resources: Mapping[str, StackResource], after: Prepared
) -> list[Change]:
    """Changes in the order of the new template, removals last."""
    changes: dict[str, Change] = {}
    for logical_id in after.order:
        declaration = after.declaration(logical_id)
        if before is None or logical_id not in before.foreseen:
            changes[logical_id] = Change("Add", logical_id, declaration.type)
            continue
        change = _modification(before, resources[logical_id], after, changes)
        if change is not None:
            changes[logical_id] = change
    removed = [one for one in (before.order if before else ()) if one not in after.foreseen]
    return [
        *changes.values(),
        *(_removal(resources[logical_id]) for logical_id in reversed(removed)),
    ]


def bookkeeping_differs(before: Prepared, after: Prepared) -> bool:
    """Whether what only CloudFormation itself keeps differs: outputs, policies, tags."""
    return _bookkeeping(before) != _bookkeeping(after)


def _bookkeeping(prepared: Prepared) -> tuple[Any, ...]:
    policies = {
        name: (one.deletion_policy, one.update_replace_policy, set(one.depends_on))
        for name, one in prepared.template.resources.items()
        if name in prepared.foreseen
    }
    return prepared.foreseen_outputs, policies, dict(prepared.tags)


def _modification(
    before: Prepared, resource: StackResource, after: Prepared, so_far: Mapping[str, Change]
) -> Change | None:
    name = resource.logical_id
    kind = resource_type(resource.type)
    assert kind is not None
    old, new = before.foreseen[name], after.foreseen[name]
    if old != new:
        replaced = "True" if needs_replacement(kind, old, new) else "False"
        return Change(
            "Modify",
            name,
            resource.type,
            resource.physical_id,
            replaced,
            tuple(changed_properties(old, new)),
            frozenset(create_only_changes(kind, old, new)),
        )
    moved = {one for one, change in so_far.items() if change.replacement in ("True", "Conditional")}
    if moved & after.dependencies[name]:
        return Change("Modify", name, resource.type, resource.physical_id, "Conditional")
    return None


def _removal(resource: StackResource) -> Change:
    return Change("Remove", resource.logical_id, resource.type, resource.physical_id)
