"""What a request makes of a stack's definition, and that definition checked."""

from __future__ import annotations

from collections.abc import Mapping

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.cloudformation.errors import ValidationError
from millrace_localcloud.cloudformation.parameters import ParameterValue, resolve_parameters
from millrace_localcloud.cloudformation.prepared import (
    Prepared,
    check_template,
    prepare,
    pseudo_parameters,
)
from millrace_localcloud.cloudformation.request import DeployRequest
from millrace_localcloud.cloudformation.stack import Definition, Stack
from millrace_localcloud.cloudformation.template import Template


def first_definition(cloud: Cloud, template_text: str, request: DeployRequest) -> Definition:
    """Definition of a new stack. Raises ValidationError."""
    parameters = _parameters(cloud, check_template(template_text), request.parameters, {})
    return Definition(template_text, parameters, request.tags or {})


def next_definition(cloud: Cloud, stack: Stack, request: DeployRequest) -> Definition:
    """Definition that an update leads to: what the request leaves out stays as it is."""
    present = stack.definition
    text = request.template_text or present.template_text
    template = check_template(text)
    parameters = _parameters(cloud, template, request.parameters, present.parameters)
    return Definition(text, parameters, present.tags if request.tags is None else request.tags)


def prepare_stack(stack: Stack, definition: Definition) -> Prepared:
    """The definition, checked as one of this stack. Raises ValidationError."""
    return prepare(
        check_template(definition.template_text),
        definition.parameters,
        definition.tags,
        pseudo_parameters(stack.name, stack.stack_id),
    )


def prepare_update(stack: Stack, definition: Definition) -> tuple[Prepared, Prepared]:
    """The stack's present definition and the next, both checked. Raises ValidationError."""
    before, after = prepare_stack(stack, stack.definition), prepare_stack(stack, definition)
    moved = [
        name
        for name, one in stack.resources.items()
        if name in after.foreseen and after.declaration(name).type != one.type
    ]
    if moved:
        raise ValidationError(
            "Update of resource type is not permitted. The new template modifies resource "
            f"type of the following resources: [{', '.join(sorted(moved))}]"
        )
    return before, after


def _parameters(
    cloud: Cloud,
    template: Template,
    given: Mapping[str, str | None],
    present: Mapping[str, ParameterValue],
) -> dict[str, ParameterValue]:
    values = {}
    for name, value in given.items():
        if value is None and name not in present:
            raise ValidationError(f"Invalid input for parameter key {name}. No previous value.")
        values[name] = present[name].given if value is None else value
    return resolve_parameters(template.parameters, values, lambda name: _read_ssm(cloud, name))


def _read_ssm(cloud: Cloud, name: str) -> str:
    found = cloud.client("ssm").get_parameters(Names=[name])
    if not found["Parameters"]:
        raise ValidationError(
            f"Unable to fetch parameters [{name}] from parameter store for this account."
        )
    return str(found["Parameters"][0]["Value"])
