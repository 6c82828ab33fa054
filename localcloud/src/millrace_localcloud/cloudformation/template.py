"""A template: its sections read, its shape checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from millrace_localcloud.cloudformation.errors import ValidationError
from millrace_localcloud.cloudformation.template_text import parse_template

MAX_BODY_BYTES = 51_200
"""Template body in a request; see "CloudFormation quotas" in the user guide."""
MAX_OBJECT_BYTES = 1_048_576
"""Template in S3; the same page."""

_SECTIONS = frozenset(
    {
        "AWSTemplateFormatVersion",
        "Conditions",
        "Description",
        "Mappings",
        "Metadata",
        "Outputs",
        "Parameters",
        "Resources",
    }
)
_RESOURCE_KEYS = frozenset(
    {
        "Type",
        "Properties",
        "DependsOn",
        "Condition",
        "Metadata",
        "DeletionPolicy",
        "UpdateReplacePolicy",
    }
)
_POLICIES = {
    "DeletionPolicy": ("Delete", "Retain", "RetainExceptOnCreate"),
    "UpdateReplacePolicy": ("Delete", "Retain"),
}


@dataclass(frozen=True, slots=True)
class ResourceDeclaration:
    """One entry of ``Resources``."""

    logical_id: str
    type: str
    properties: Mapping[str, Any]
    depends_on: tuple[str, ...]
    condition: str | None
    deletion_policy: str
    update_replace_policy: str


@dataclass(frozen=True, slots=True)
class Template:
    """The sections of a template."""

    text: str
    description: str
    parameters: Mapping[str, Mapping[str, Any]]
    mappings: Mapping[str, Any]
    conditions: Mapping[str, Any]
    resources: Mapping[str, ResourceDeclaration]
    outputs: Mapping[str, Mapping[str, Any]]
    metadata: Any


@lru_cache(maxsize=128)
def read_template(text: str) -> Template:
    """Parse a template and check its shape; Raises ValidationError in CloudFormation's words."""
    document = parse_template(text)
    if "Transform" in document:
        raise ValidationError(
            f"Template error: transform {document['Transform']} is not run by the local cloud"
        )
    if "Rules" in document or "Hooks" in document:
        raise ValidationError("Template error: Rules and Hooks are not run by the local cloud")
    unknown = sorted(set(document) - _SECTIONS)
    if unknown:
        raise ValidationError(f"Invalid template property or properties [{', '.join(unknown)}]")
    if document.get("AWSTemplateFormatVersion", "2010-09-09") != "2010-09-09":
        raise ValidationError(
            "Template format error: unsupported value for AWSTemplateFormatVersion"
        )
    if not document.get("Resources"):
        raise ValidationError(
            "Template format error: At least one Resources member must be defined."
        )
    sections = {
        name: _mapping(document, name)
        for name in ("Parameters", "Mappings", "Conditions", "Resources", "Outputs")
    }
    return Template(
        text=text,
        description=str(document.get("Description", "")),
        parameters=sections["Parameters"],
        mappings=sections["Mappings"],
        conditions=sections["Conditions"],
        resources={
            logical_id: _read_resource(logical_id, entry)
            for logical_id, entry in sections["Resources"].items()
        },
        outputs=_checked_outputs(sections["Outputs"]),
        metadata=document.get("Metadata"),
    )


def _mapping(document: Mapping[str, Any], section: str) -> dict[str, Any]:
    value = document.get(section) or {}
    if not isinstance(value, dict):
        raise ValidationError(f"Template format error: {section} must be an object.")
    for name in value:
        if section != "Conditions" and not re.fullmatch(r"[A-Za-z0-9]+", str(name)):
            raise ValidationError(
                f"Template format error: {section} name '{name}' is non alphanumeric."
            )
    return value


def _read_resource(logical_id: str, entry: Any) -> ResourceDeclaration:
    place = f"/Resources/{logical_id}"
    if not isinstance(entry, dict) or not isinstance(entry.get("Type"), str):
        raise ValidationError(
            f"Template format error: [{place}] Every Resources object must contain a Type member."
        )
    unknown = sorted(set(entry) - _RESOURCE_KEYS)
    if unknown:
        raise ValidationError(
            f"Template format error: [{place}] resource definition is malformed: "
            f"unsupported [{', '.join(unknown)}]"
        )
    properties = entry.get("Properties") or {}
    if not isinstance(properties, dict):
        raise ValidationError(f"Template format error: [{place}/Properties] must be an object")
    depends_on = entry.get("DependsOn") or []
    for policy, allowed in _POLICIES.items():
        if policy in entry and entry[policy] not in allowed:
            raise ValidationError(
                f"Template error: [{place}/{policy}] {entry[policy]!r} is not one of "
                f"{', '.join(allowed)}"
            )
    return ResourceDeclaration(
        logical_id=logical_id,
        type=entry["Type"],
        properties=properties,
        depends_on=tuple([depends_on] if isinstance(depends_on, str) else depends_on),
        condition=entry.get("Condition"),
        deletion_policy=entry.get("DeletionPolicy", "Delete"),
        update_replace_policy=entry.get("UpdateReplacePolicy", "Delete"),
    )


def _checked_outputs(outputs: dict[str, Any]) -> dict[str, Any]:
    for name, output in outputs.items():
        if not isinstance(output, dict) or "Value" not in output:
            raise ValidationError(
                f"Template format error: Every Outputs member must contain a Value object: {name}"
            )
        unknown = sorted(set(output) - {"Value", "Description", "Export", "Condition"})
        if unknown:
            raise ValidationError(
                f"Template format error: [/Outputs/{name}] unsupported [{', '.join(unknown)}]"
            )
    return outputs
