"""The values a stack's parameters get, with every declared constraint enforced.

Constraints are those of "CloudFormation template Parameters syntax" in the user guide.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from millrace_localcloud.cloudformation.errors import ValidationError

_PLAIN_TYPES = ("String", "Number", "List<Number>", "CommaDelimitedList")
_SSM_TYPE = re.compile(r"AWS::SSM::Parameter::Value<(String|List<String>|CommaDelimitedList)>")
_SSM_NAME_TYPE = "AWS::SSM::Parameter::Name"


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """One parameter's value."""

    given: str
    value: str | list[str]
    """What ``Ref`` answers."""
    resolved: str | None
    """Of an SSM parameter type: the value found; what DescribeStacks shows as ResolvedValue."""
    no_echo: bool


def resolve_parameters(
    declared: Mapping[str, Mapping[str, Any]],
    given: Mapping[str, str],
    read_ssm: Callable[[str], str],
) -> dict[str, ParameterValue]:
    """Values by name. Raises ValidationError for a missing, unknown or disallowed one."""
    unknown = sorted(set(given) - set(declared))
    if unknown:
        raise ValidationError(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    missing = [name for name, d in declared.items() if name not in given and "Default" not in d]
    if missing:
        raise ValidationError(f"Parameters: [{', '.join(missing)}] must have values")
    return {
        name: _resolve(name, declaration, given.get(name, _default(declaration)), read_ssm)
        for name, declaration in declared.items()
    }


def check_declarations(declared: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse parameter declarations that name no known type."""
    for name, declaration in declared.items():
        kind = declaration.get("Type") if isinstance(declaration, Mapping) else None
        if kind is None:
            raise ValidationError(
                "Template format error: Every Parameters object must contain a Type member."
            )
        known = kind in _PLAIN_TYPES or kind == _SSM_NAME_TYPE or _SSM_TYPE.fullmatch(kind)
        if not known and not re.fullmatch(r"(List<)?AWS::EC2::[A-Za-z:]+>?", kind):
            raise ValidationError(
                f"Template format error: Unrecognized parameter type: {kind} for parameter {name}"
            )


def _default(declaration: Mapping[str, Any]) -> str:
    default = declaration.get("Default")
    if isinstance(default, bool):
        return "true" if default else "false"
    return str(default)


def _resolve(
    name: str, declaration: Mapping[str, Any], text: str, read_ssm: Callable[[str], str]
) -> ParameterValue:
    kind = str(declaration["Type"])
    is_list = "List" in kind
    _check(name, declaration, _split(text) if is_list else [text])
    resolved = read_ssm(text) if _SSM_TYPE.fullmatch(kind) else None
    value = text if resolved is None else resolved
    return ParameterValue(
        given=text,
        value=_split(value) if is_list else value,
        resolved=resolved,
        no_echo=str(declaration.get("NoEcho", "")).lower() == "true",
    )


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]


def _check(name: str, declaration: Mapping[str, Any], values: list[str]) -> None:
    for value in values:
        broken = _broken_constraint(declaration, value)
        if broken:
            description = declaration.get("ConstraintDescription")
            raise ValidationError(
                f"Parameter '{name}' failed to satisfy constraint: {description}"
                if description
                else f"Parameter '{name}' {broken}"
            )


def _broken_constraint(declaration: Mapping[str, Any], value: str) -> str | None:
    allowed = declaration.get("AllowedValues")
    if allowed is not None and value not in [_default({"Default": one}) for one in allowed]:
        return "must be one of AllowedValues"
    if "Number" in declaration["Type"]:
        return _broken_number(declaration, value)
    pattern = declaration.get("AllowedPattern")
    if pattern is not None and not re.fullmatch(pattern, value):
        return f"must match pattern {pattern}"
    if len(value) < int(declaration.get("MinLength", 0)):
        return f"must contain at least {declaration['MinLength']} characters"
    if len(value) > int(declaration.get("MaxLength", len(value))):
        return f"must contain at most {declaration['MaxLength']} characters"
    return None


def _broken_number(declaration: Mapping[str, Any], value: str) -> str | None:
    try:
        number = float(value)
    except ValueError:
        return "must be a number"
    if "MinValue" in declaration and number < float(declaration["MinValue"]):
        return f"must be a number not less than {declaration['MinValue']}"
    if "MaxValue" in declaration and number > float(declaration["MaxValue"]):
        return f"must be a number not greater than {declaration['MaxValue']}"
    return None
