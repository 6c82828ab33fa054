"""Whether a change can be made to a resource or needs a new one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from millrace_localcloud.cloudformation.registry import ResourceType
from millrace_localcloud.cloudformation.schemas import schema_of


def changed_properties(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Names of the top-level properties that differ."""
    return sorted(n for n in {*before, *after} if before.get(n) != after.get(n))


def create_only_changes(
    kind: ResourceType, before: Mapping[str, Any], after: Mapping[str, Any]
) -> set[str]:
    """Top-level names of changed properties that AWS sets only at creation."""
    schema = schema_of(kind.type) or {}
    paths = (path.split("/")[2:] for path in schema.get("createOnlyProperties", ()))
    return {path[0] for path in paths if _at(before, path) != _at(after, path)}


def needs_replacement(
    kind: ResourceType, before: Mapping[str, Any], after: Mapping[str, Any]
) -> bool:
    """Whether going from one set of properties to the other takes a new resource."""
    return bool(create_only_changes(kind, before, after)) or kind.replaces(before, after)


def _at(properties: Mapping[str, Any], path: list[str]) -> Any:
    found: Any = properties
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found
