"""Template text, YAML with CloudFormation's short tags or JSON, to plain dictionaries."""

from __future__ import annotations

import json
from typing import Any

import yaml  # type: ignore[import-untyped]

from millrace_localcloud.cloudformation.errors import ValidationError

_BARE_TAGS = ("Ref", "Condition")
_FUNCTION_TAGS = (
    "Base64",
    "Cidr",
    "FindInMap",
    "GetAZs",
    "GetAtt",
    "If",
    "ImportValue",
    "Join",
    "Select",
    "Split",
    "Sub",
    "Transform",
    "And",
    "Equals",
    "Not",
    "Or",
)


class _Loader(yaml.CSafeLoader):
    """Safe YAML with the short tags; dates stay text, as in a policy's ``Version``."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def _tagged(loader: Any, name: str, node: Any) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
        if name == "Fn::GetAtt":
            value = value.split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {name: value}


for _tag in _BARE_TAGS:
    _Loader.add_constructor(f"!{_tag}", lambda loader, node, name=_tag: _tagged(loader, name, node))
for _tag in _FUNCTION_TAGS:
    _Loader.add_constructor(
        f"!{_tag}", lambda loader, node, name=f"Fn::{_tag}": _tagged(loader, name, node)
    )


def parse_template(text: str) -> dict[str, Any]:
    """Read a template. Raises ValidationError naming line and column."""
    try:
        # YAML forbids tabs that JSON allows, so JSON is tried first where it can be JSON.
        document = json.loads(text) if text.lstrip().startswith("{") else _load_yaml(text)
    except json.JSONDecodeError as exc:
        document = _load_yaml(text) if "!" in text else _refuse_json(exc)
    if not isinstance(document, dict):
        raise ValidationError("Template format error: unsupported structure.")
    return document


def _load_yaml(text: str) -> Any:
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark
        place = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise ValidationError(
            f"Template format error: YAML not well-formed.{place} {exc.problem}"
        ) from exc


def _refuse_json(exc: json.JSONDecodeError) -> Any:
    raise ValidationError(
        "Template format error: JSON not well-formed. "
        f"(line {exc.lineno}, column {exc.colno}) {exc.msg}"
    ) from exc
