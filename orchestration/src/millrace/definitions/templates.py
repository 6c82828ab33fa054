"""One CloudFormation template: whether it is YAML, and names only what it has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from millrace.errors import Problem

_IN_TEXT = re.compile(r"\$\{([A-Za-z0-9:.]+)\}")


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms, each as its long one."""


def _long_form(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _long_form)


def read_template(file: Path) -> Any:
    """A template with its functions in the long form. Raises yaml.YAMLError."""
    return yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)


def check_template(file: Path, shown_as: str) -> list[Problem]:
    """Problems of a template: its text, and names that it uses and does not have.

    What AWS's resource schemas say is for cfn-lint; this needs nothing but the file.
    """
    try:
        template = read_template(file)
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        return [Problem(shown_as, place, str(exc.problem), "YAML")]
    if not isinstance(template, dict) or not template.get("Resources"):
        return [Problem(shown_as, "", "no Resources", "a CloudFormation template")]
    known = {*template.get("Parameters", {}), *template["Resources"]}
    conditions = set(template.get("Conditions", {}))
    return [
        Problem(shown_as, place, repr(name), ", ".join(sorted(allowed)) or "nothing")
        for place, key, value in _entries(template, "")
        for name, own in _names(key, value)
        if name not in (allowed := conditions if key in _OF_CONDITIONS else known | own)
        and not name.startswith("AWS::")
    ]


def _entries(part: Any, path: str) -> Iterator[tuple[str, str, Any]]:
    """Every key of every mapping below: its place, itself and its value."""
    if isinstance(part, list):
        for index, one in enumerate(part):
            yield from _entries(one, f"{path}.{index}")
    elif isinstance(part, dict):
        for key, value in part.items():
            here = f"{path}.{key}".lstrip(".")
            yield here, key, value
            yield from _entries(value, here)


_OF_CONDITIONS = ("Fn::If", "Condition")


def _names(key: str, value: Any) -> Iterator[tuple[str, set[str]]]:
    """The names that a function uses, with those that only it knows."""
    if key == "Ref" or (key == "Condition" and isinstance(value, str)):
        yield value, set()
    elif key == "Fn::GetAtt":
        yield (value if isinstance(value, list) else value.split("."))[0], set()
    elif key == "Fn::If":
        yield value[0], set()
    elif key == "Fn::Sub":
        text, own = (value, {}) if isinstance(value, str) else value
        for name in _IN_TEXT.findall(text):
            yield name.split(".")[0], set(own)
