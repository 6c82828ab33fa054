"""Everything that can be known about a deployment before anything is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from millrace_localcloud.cloud import ACCOUNT, REGION
from millrace_localcloud.cloudformation.errors import InsufficientCapabilities, ValidationError
from millrace_localcloud.cloudformation.intrinsics import Scope, Unresolved
from millrace_localcloud.cloudformation.parameters import ParameterValue, check_declarations
from millrace_localcloud.cloudformation.properties import Shape
from millrace_localcloud.cloudformation.references import (
    check_references,
    creation_order,
    references_in,
    written_dependencies,
)
from millrace_localcloud.cloudformation.registry import ResourceType, resource_type, tags_as_dict
from millrace_localcloud.cloudformation.schemas import schema_of
from millrace_localcloud.cloudformation.template import (
    ResourceDeclaration,
    Template,
    read_template,
)

_IAM_NAMES = {
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Policy": None,
}
"""IAM types and the property that makes CAPABILITY_NAMED_IAM necessary."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A checked deployment."""

    template: Template
    parameters: Mapping[str, ParameterValue]
    tags: Mapping[str, str]
    pseudo: Mapping[str, str]
    order: tuple[str, ...]
    """Active resources, each after what it needs."""
    dependencies: Mapping[str, frozenset[str]]
    foreseen: Mapping[str, Mapping[str, Any]]
    """Properties by logical id, with what only exists later as Unresolved."""
    foreseen_outputs: Mapping[str, Any]

    def declaration(self, logical_id: str) -> ResourceDeclaration:
        return self.template.resources[logical_id]

    def scope(
        self, reference: Callable[[str, str | None], Any], import_value: Callable[[str], Any]
    ) -> Scope:
        return Scope(self.template, self.parameters, self.pseudo, reference, import_value)


@lru_cache(maxsize=128)
def check_template(text: str) -> Template:
    """What ValidateTemplate checks: shape, types, references and cycles."""
    template = read_template(text)
    check_declarations(template.parameters)
    _check_types(template)
    check_references(template)
    _check_attributes(template)
    creation_order(written_dependencies(template))
    return template


def prepare(
    template: Template,
    parameters: Mapping[str, ParameterValue],
    tags: Mapping[str, str],
    pseudo: Mapping[str, str],
) -> Prepared:
    """Check a checked template with its parameters' values. Raises ValidationError."""
    mentioned: set[str] = set()

    def later(name: str, attribute: str | None) -> Unresolved:
        mentioned.add(name)
        return Unresolved(f"${{{name}}}" if attribute is None else f"${{{name}.{attribute}}}")

    scope = Scope(
        template, parameters, pseudo, later, lambda name: Unresolved(f"${{import {name}}}")
    )
    active = [
        one for one in template.resources.values() if scope.is_active(None, name=one.condition)
    ]
    foreseen: dict[str, Mapping[str, Any]] = {}
    dependencies: dict[str, frozenset[str]] = {}
    for declaration in active:
        mentioned.clear()
        foreseen[declaration.logical_id] = _checked_properties(scope, declaration, tags)
        dependencies[declaration.logical_id] = frozenset(mentioned)
    mentioned.clear()
    outputs = {
        name: scope.resolve(dict(output))
        for name, output in template.outputs.items()
        if scope.is_active(output)
    }
    inactive = (mentioned | set().union(*dependencies.values())) - set(foreseen)
    if inactive:
        raise ValidationError(
            "Template format error: Unresolved resource dependencies "
            f"[{', '.join(sorted(inactive))}] in the Resources block of the template"
        )
    for declaration in active:
        wanted = frozenset(declaration.depends_on) & set(foreseen)
        dependencies[declaration.logical_id] |= wanted
    order = creation_order({name: set(needs) for name, needs in dependencies.items()})
    return Prepared(
        template, parameters, tags, pseudo, tuple(order), dependencies, foreseen, outputs
    )


def pseudo_parameters(stack_name: str, stack_id: str) -> dict[str, Any]:
    """Pseudo parameters of a stack of this cloud."""
    return {
        "AWS::AccountId": ACCOUNT,
        "AWS::NotificationARNs": [],
        "AWS::Partition": "aws",
        "AWS::Region": REGION,
        "AWS::StackId": stack_id,
        "AWS::StackName": stack_name,
        "AWS::URLSuffix": "amazonaws.com",
    }


def applied_properties(
    scope: Scope, declaration: ResourceDeclaration, tags: Mapping[str, str]
) -> dict[str, Any]:
    """A resource's properties in ``scope``, coerced, with the stack's tags among its own."""
    shape = Shape(schema_of(declaration.type) or {})
    properties = shape.coerce(scope.resolve(dict(declaration.properties)))
    if tags and "Tags" in _registered(declaration.type).applies:
        merged = {**tags, **tags_as_dict(properties)}
        as_object = shape.property_type("Tags") != "array"
        properties["Tags"] = (
            merged if as_object else [{"Key": key, "Value": one} for key, one in merged.items()]
        )
    return properties


def required_capabilities(template: Template) -> list[str]:
    """Capabilities that the caller has to acknowledge."""
    iam = [one for one in template.resources.values() if one.type in _IAM_NAMES]
    if not iam:
        return []
    named = any(_IAM_NAMES[one.type] in one.properties for one in iam)
    return ["CAPABILITY_NAMED_IAM" if named else "CAPABILITY_IAM"]


def check_capabilities(template: Template, given: tuple[str, ...]) -> None:
    """Raise InsufficientCapabilities when one is needed that was not given."""
    for needed in required_capabilities(template):
        if needed not in given and "CAPABILITY_NAMED_IAM" not in given:
            raise InsufficientCapabilities(f"Requires capabilities : [{needed}]")


def _registered(name: str) -> ResourceType:
    kind = resource_type(name)
    assert kind is not None
    return kind


def _check_types(template: Template) -> None:
    types = {one.type for one in template.resources.values()}
    unknown = sorted(one for one in types if schema_of(one) is None)
    if unknown:
        raise ValidationError(
            f"Template format error: Unrecognized resource types: [{', '.join(unknown)}]"
        )
    missing = sorted(one for one in types if resource_type(one) is None)
    if missing:
        raise ValidationError(
            f"Template format error: Unrecognized resource types: [{', '.join(missing)}] "
            "(AWS has them, the local cloud does not)"
        )


def _check_attributes(template: Template) -> None:
    for section in (*template.resources.values(), *template.outputs.values()):
        value = section.properties if isinstance(section, ResourceDeclaration) else section
        for reference in references_in(value):
            if isinstance(reference.attribute, str):
                kind = _registered(template.resources[reference.name].type)
                if not kind.has_attribute(reference.attribute):
                    raise ValidationError(
                        f"Template error: resource {reference.name} does not support "
                        f"attribute type {reference.attribute} in Fn::GetAtt"
                    )


def _checked_properties(
    scope: Scope, declaration: ResourceDeclaration, tags: Mapping[str, str]
) -> dict[str, Any]:
    properties = applied_properties(scope, declaration, tags)
    faults = Shape(schema_of(declaration.type) or {}).faults(properties)
    if faults:
        raise ValidationError(
            f"Properties validation failed for resource {declaration.logical_id} "
            f"with message:\n" + "\n".join(faults)
        )
    refused = sorted(set(properties) - _registered(declaration.type).applies)
    if refused:
        raise ValidationError(
            f"Properties validation failed for resource {declaration.logical_id}: "
            f"the local cloud does not apply [{', '.join(refused)}] of {declaration.type}"
        )
    return properties
