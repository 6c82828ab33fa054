"""Values that stacks share by name."""

from __future__ import annotations

from collections.abc import Iterable

from millrace_localcloud.cloudformation.errors import ResourceFailed
from millrace_localcloud.cloudformation.stack import Output, Stack


def exported_value(stacks: Iterable[Stack], name: str) -> str:
    """Value of an export. Raises ResourceFailed when no stack exports it."""
    for stack in stacks:
        if name in stack.exports:
            return stack.exports[name].value
    raise ResourceFailed(f"No export named {name} found. Rollback requested by user.")


def importers(stacks: Iterable[Stack], name: str) -> list[str]:
    """Names of the stacks that import it."""
    return sorted(stack.name for stack in stacks if name in stack.imports)


def check_exports(stacks: Iterable[Stack], stack: Stack, outputs: Iterable[Output]) -> None:
    """Raise ResourceFailed when ``outputs`` break another stack's exports or imports."""
    others = [one for one in stacks if one is not stack]
    after = {one.export_name: one.value for one in outputs if one.export_name is not None}
    for name in after:
        for other in others:
            if name in other.exports:
                raise ResourceFailed(
                    f"Export with name {name} is already exported by stack {other.name}."
                )
    for name, output in stack.exports.items():
        used_by = importers(others, name)
        if used_by and after.get(name) != output.value:
            verb = "updated" if name in after else "deleted"
            raise ResourceFailed(
                f"Export {name} cannot be {verb} as it is in use by {', '.join(used_by)}"
            )


def canceled_delete(stacks: Iterable[Stack], stack: Stack) -> str | None:
    """Why the stack cannot be deleted: another imports what it exports; None when it can."""
    others = [one for one in stacks if one is not stack]
    for name in stack.exports:
        used_by = importers(others, name)
        if used_by:
            return (
                f"Delete canceled. Cannot delete export {name} as it is in use by "
                f"{', '.join(used_by)}."
            )
    return None
