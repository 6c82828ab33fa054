"""The deployed templates, parsed: short forms of intrinsic functions become their long forms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
FILES = sorted(
    [
        *ROOT.glob("shared/deploy/*.yaml"),
        *ROOT.glob("services/*/deploy/*.yaml"),
        *ROOT.glob("orchestration/deploy/*.yaml"),
    ]
)


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's tags."""


def _long_form(loader: yaml.Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _long_form)


@dataclass(frozen=True)
class Resource:
    """One resource of one template."""

    stack: str
    """``shared``, ``orchestration`` or the service."""
    name: str
    type: str
    properties: dict[str, Any]
    whole: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.stack}.{self.name}"


@dataclass(frozen=True)
class Statement:
    """One statement of one policy."""

    resource: Resource
    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    """As text: a reference to another resource is ``<name>`` or ``<name>.<attribute>``."""
    whole: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.resource}:{self.whole.get('Sid') or ','.join(self.actions)}"


def load(file: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)
    return loaded


def stack_of(file: Path) -> str:
    return file.parents[1].name


@cache
def resources() -> tuple[Resource, ...]:
    """Every resource of every template."""
    return tuple(
        Resource(stack_of(file), name, body["Type"], body.get("Properties", {}), body)
        for file in FILES
        for name, body in load(file)["Resources"].items()
    )


def of_type(kind: str) -> list[Resource]:
    return [resource for resource in resources() if resource.type == kind]


def statements() -> list[Statement]:
    """Every statement of every policy of a role, a key, a bucket, a queue or a topic."""
    return [
        Statement(
            resource,
            body["Effect"],
            tuple(_listed(body["Action"])) if "Action" in body else (),
            tuple(text for given in _listed(body.get("Resource", [])) for text in _texts(given)),
            body,
        )
        for resource in resources()
        for document in _documents(resource.properties)
        for body in _alternatives(document["Statement"])
    ]


def _documents(value: Any) -> Iterator[dict[str, Any]]:
    """Policy documents anywhere below ``value``, but for who may take a role on."""
    if isinstance(value, dict):
        if "Statement" in value:
            yield value
        for name, inner in value.items():
            if name != "AssumeRolePolicyDocument":
                yield from _documents(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _documents(inner)


def _alternatives(value: Any) -> Iterator[dict[str, Any]]:
    """Every statement that a list may hold, whatever its conditions say."""
    for body in _listed(value):
        if "Fn::If" in body:
            yield from _alternatives(body["Fn::If"][1:])
        elif "Effect" in body:
            yield body
        else:
            assert body == {"Ref": "AWS::NoValue"}, body


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        return
    ((function, given),) = value.items()
    if function == "Fn::Sub":
        yield given
    elif function == "Ref":
        yield f"<{given}>"
    elif function == "Fn::GetAtt":
        yield f"<{given if isinstance(given, str) else '.'.join(given)}>"
    else:
        raise AssertionError(f"a resource of a policy is {value}: teach this test to read it")
