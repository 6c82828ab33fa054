"""Which resource needs which, and in what order they can be made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from millrace_localcloud.cloudformation.errors import ValidationError
from millrace_localcloud.cloudformation.intrinsics import SUB_VARIABLE, split_get_att
from millrace_localcloud.cloudformation.template import Template

PSEUDO_PARAMETERS = frozenset(
    f"AWS::{name}"
    for name in (
        "AccountId",
        "NoValue",
        "NotificationARNs",
        "Partition",
        "Region",
        "StackId",
        "StackName",
        "URLSuffix",
    )
)


@dataclass(frozen=True, slots=True)
class Reference:
    """A Ref, or with an attribute a GetAtt."""

    name: str
    attribute: Any = None


def references_in(value: Any) -> Iterator[Reference]:
    """Every reference written in ``value``, in untaken branches too."""
    if isinstance(value, dict) and len(value) == 1:
        name, argument = next(iter(value.items()))
        if name in _FUNCTIONS:
            yield from _FUNCTIONS[name](argument)
            return
    parts = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict | list):
        for one in parts:
            yield from references_in(one)


def _references_of_sub(argument: Any) -> Iterator[Reference]:
    text, variables = (argument, {}) if isinstance(argument, str) else argument
    yield from references_in(variables)
    for name in SUB_VARIABLE.findall(text):
        if name.strip() not in variables:
            yield Reference(*name.strip().split(".", 1))


_FUNCTIONS: Mapping[str, Callable[[Any], Iterator[Reference]]] = {
    "Ref": lambda argument: iter([Reference(argument)]),
    "Fn::GetAtt": lambda argument: iter([Reference(*split_get_att(argument))]),
    "Fn::Sub": _references_of_sub,
}


def check_references(template: Template) -> None:
    """Refuse references to what the template does not declare."""
    resources = template.resources
    twice = sorted(set(resources) & set(template.parameters))
    if twice:
        raise ValidationError(
            "Template format error: parameters and resources must have different names: "
            f"[{', '.join(twice)}]"
        )
    known = set(resources) | set(template.parameters) | PSEUDO_PARAMETERS
    missing = {
        reference.name
        for declaration in resources.values()
        for reference in references_in(declaration.properties)
        if reference.name not in (resources if reference.attribute is not None else known)
    }
    missing |= {
        name for one in resources.values() for name in one.depends_on if name not in resources
    }
    _refuse(missing, "Resources")
    _refuse(
        {
            reference.name
            for output in template.outputs.values()
            for reference in references_in(output)
            if reference.name not in (resources if reference.attribute is not None else known)
        },
        "Outputs",
    )


def _refuse(missing: set[str], block: str) -> None:
    if missing:
        raise ValidationError(
            f"Template format error: Unresolved resource dependencies "
            f"[{', '.join(sorted(missing))}] in the {block} block of the template"
        )


def written_dependencies(template: Template) -> dict[str, set[str]]:
    """Logical ids each resource mentions, whatever its conditions."""
    return {
        logical_id: {
            reference.name
            for reference in references_in(declaration.properties)
            if reference.name in template.resources
        }
        | set(declaration.depends_on)
        for logical_id, declaration in template.resources.items()
    }


def creation_order(dependencies: Mapping[str, set[str]]) -> list[str]:
    """Logical ids so that each comes after what it needs. Raises ValidationError for a cycle."""
    try:
        return list(TopologicalSorter(dependencies).static_order())
    except CycleError as exc:
        cycle = sorted(set(exc.args[1]))
        raise ValidationError(
            f"Circular dependency between resources: [{', '.join(cycle)}]"
        ) from None
