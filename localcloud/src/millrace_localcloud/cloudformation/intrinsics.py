"""Intrinsic functions, evaluated with what is known.

The same evaluation serves twice: before an operation, when references to resources are still
unknown (they become :class:`Unresolved` text), and during it, when each one has its value.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from millrace_localcloud.cloudformation.errors import ValidationError
from millrace_localcloud.cloudformation.parameters import ParameterValue
from millrace_localcloud.cloudformation.template import Template

_NO_VALUE = object()
SUB_VARIABLE = re.compile(r"\$\{([^!{}][^{}]*)\}")
_SUB_LITERAL = re.compile(r"\$\{!([^{}]*)\}")


class Unresolved(str):
    """Text that holds a value which exists only once a resource does."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What the functions of one template see."""

    template: Template
    parameters: Mapping[str, ParameterValue]
    pseudo: Mapping[str, str]
    reference: Callable[[str, str | None], Any]
    """Value of a resource: its Ref, or with a name one of its attributes."""
    import_value: Callable[[str], Any]

    def resolve(self, value: Any) -> Any:
        """``value`` with every function replaced; AWS::NoValue removes what holds it."""
        if isinstance(value, list):
            return [one for one in map(self.resolve, value) if one is not _NO_VALUE]
        if not isinstance(value, dict):
            return value
        name = next(iter(value)) if len(value) == 1 else None
        if name == "Ref" or (isinstance(name, str) and name.startswith("Fn::")):
            function = _FUNCTIONS.get(name)
            if function is None:
                raise ValidationError(f"Template error: {name} is not run by the local cloud")
            return function(self, value[name])
        resolved = {key: self.resolve(one) for key, one in value.items()}
        return {key: one for key, one in resolved.items() if one is not _NO_VALUE}

    def condition(self, name: str) -> bool:
        """Whether the template's condition of that name holds."""
        if name not in self.template.conditions:
            raise ValidationError(f"Template format error: Unresolved condition dependency {name}")
        return self._holds(self.template.conditions[name])

    def is_active(self, declared: Mapping[str, Any] | None, name: str | None = None) -> bool:
        """Whether an entry with an optional ``Condition`` is part of the stack."""
        name = declared.get("Condition") if declared is not None else name
        return name is None or self.condition(name)

    def _holds(self, expression: Any) -> bool:
        if not isinstance(expression, dict) or len(expression) != 1:
            raise ValidationError(
                "Template format error: Conditions can only be boolean operations"
            )
        name, argument = next(iter(expression.items()))
        if name == "Condition":
            return self.condition(argument)
        if name == "Fn::And":
            return all([self._holds(one) for one in argument])
        if name == "Fn::Or":
            return any([self._holds(one) for one in argument])
        if name == "Fn::Not":
            return not self._holds(argument[0])
        if name == "Fn::Equals":
            left, right = (self.resolve(one) for one in argument)
            return _as_text(left) == _as_text(right)
        raise ValidationError(f"Template format error: {name} is not allowed in Conditions")


def _as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _ref(scope: Scope, name: Any) -> Any:
    if name == "AWS::NoValue":
        return _NO_VALUE
    if name in scope.pseudo:
        return scope.pseudo[name]
    if name in scope.parameters:
        return scope.parameters[name].value
    return scope.reference(name, None)


def _get_att(scope: Scope, argument: Any) -> Any:
    logical_id, attribute = split_get_att(argument)
    return scope.reference(logical_id, scope.resolve(attribute))


def split_get_att(argument: Any) -> tuple[str, Any]:
    """Logical id and attribute of a ``Fn::GetAtt``, written as a list or with a dot."""
    parts = argument.split(".", 1) if isinstance(argument, str) else argument
    if not isinstance(parts, list) or len(parts) != 2:
        raise ValidationError(
            "Template error: every Fn::GetAtt object requires two non-empty parameters"
        )
    return parts[0], parts[1]


def _sub(scope: Scope, argument: Any) -> Any:
    text, variables = (argument, {}) if isinstance(argument, str) else argument
    if not isinstance(text, str) or not isinstance(variables, dict):
        raise ValidationError("Template error: every Fn::Sub object requires a string")
    parts: list[Any] = []
    position = 0
    for match in SUB_VARIABLE.finditer(text):
        parts.append(_SUB_LITERAL.sub(r"${\1}", text[position : match.start()]))
        name = match.group(1).strip()
        if name in variables:
            parts.append(scope.resolve(variables[name]))
        else:
            parts.append(_get_att(scope, name) if "." in name else _ref(scope, name))
        position = match.end()
    parts.append(_SUB_LITERAL.sub(r"${\1}", text[position:]))
    return _joined(parts, "")


def _join(scope: Scope, argument: Any) -> Any:
    if not isinstance(argument, list) or len(argument) != 2:
        raise ValidationError("Template error: every Fn::Join object requires two parameters")
    delimiter, parts = scope.resolve(argument)
    return _joined(parts if isinstance(parts, list) else [parts], delimiter)


def _joined(parts: list[Any], delimiter: str) -> Any:
    for part in parts:
        if isinstance(part, dict | list) or part is _NO_VALUE:
            raise ValidationError("Template error: Fn::Join and Fn::Sub accept only strings")
    text = delimiter.join(str(_as_text(part)) for part in parts)
    return Unresolved(text) if any(isinstance(part, Unresolved) for part in parts) else text


def _split(scope: Scope, argument: Any) -> Any:
    delimiter, text = scope.resolve(argument)
    return text if isinstance(text, Unresolved) else str(text).split(delimiter)


def _select(scope: Scope, argument: Any) -> Any:
    index, options = scope.resolve(argument)
    if isinstance(options, Unresolved):
        return Unresolved(f"{options}[{index}]")
    try:
        return options[int(index)]
    except (IndexError, ValueError):
        raise ValidationError(
            f"Template error: Fn::Select cannot select nonexistent value at index {index}"
        ) from None


def _if(scope: Scope, argument: Any) -> Any:
    if not isinstance(argument, list) or len(argument) != 3:
        raise ValidationError(
            "Template error: Fn::If requires a list argument with three parameters"
        )
    name, when_true, when_false = argument
    return scope.resolve(when_true if scope.condition(name) else when_false)


def _find_in_map(scope: Scope, argument: Any) -> Any:
    keys = [scope.resolve(part) for part in argument]
    found: Any = scope.template.mappings
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    if found is None or len(keys) != 3:
        raise ValidationError(
            f"Template error: Unable to get mapping for {'::'.join(map(str, keys))}"
        )
    return scope.resolve(found)


def _base64(scope: Scope, argument: Any) -> Any:
    text = scope.resolve(argument)
    return text if isinstance(text, Unresolved) else base64.b64encode(text.encode()).decode()


def _import_value(scope: Scope, argument: Any) -> Any:
    return scope.import_value(scope.resolve(argument))


_FUNCTIONS: Mapping[str, Callable[[Scope, Any], Any]] = {
    "Ref": _ref,
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::Split": _split,
    "Fn::Select": _select,
    "Fn::If": _if,
    "Fn::FindInMap": _find_in_map,
    "Fn::Base64": _base64,
    "Fn::ImportValue": _import_value,
}
