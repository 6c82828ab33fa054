"""What a rule's target receives: the event, a part of it, a constant, or a transformed text. Pure.

EventBridge User Guide, "Amazon EventBridge input transformation".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from millrace_localcloud.events.paths import Absent, find, parse_path

_VARIABLE = re.compile(r"<([\w.-]+)>")
_STRING_OR_VARIABLE = re.compile(r'"(?:[^"\\]|\\.)*"|<[\w.-]+>')


class InputInvalid(ValueError):
    """The target's input can't be made for any event."""


def check_input(target: Mapping[str, Any]) -> None:
    """Refuse a target whose input could never be made. Raises InputInvalid, PathInvalid."""
    given = [name for name in ("Input", "InputPath", "InputTransformer") if name in target]
    if len(given) > 1:
        raise InputInvalid(f"Only one of {', '.join(given)} may be given for a target.")
    if "InputPath" in target:
        parse_path(target["InputPath"])
    transformer = target.get("InputTransformer", {})
    known = transformer.get("InputPathsMap", {})
    for path in known.values():
        parse_path(path)
    for name in _VARIABLE.findall(transformer.get("InputTemplate", "")):
        if name not in known and not name.startswith("aws.events."):
            raise InputInvalid(f"Invalid InputTemplate: the variable {name} is not defined.")


def build_input(target: Mapping[str, Any], event: Mapping[str, Any], rule_arn: str) -> str:
    """The payload for ``target``.

    Args:
        target: As given to PutTargets.
        event: As the bus delivers it.
        rule_arn: Of the rule that matched.
    """
    if "Input" in target:
        return str(target["Input"])
    if "InputPath" in target:
        try:
            return json.dumps(find(target["InputPath"], event))
        except Absent:
            return "{}"
    if "InputTransformer" in target:
        return _transform(target["InputTransformer"], event, rule_arn)
    return json.dumps(event)


def _transform(transformer: Mapping[str, Any], event: Mapping[str, Any], rule_arn: str) -> str:
    values: dict[str, Any] = {
        "aws.events.rule-arn": rule_arn,
        "aws.events.rule-name": rule_arn.rsplit("/", 1)[-1],
        "aws.events.event.ingestion-time": event["time"],
        "aws.events.event": event,
        "aws.events.event.json": event,
    }
    for name, path in transformer.get("InputPathsMap", {}).items():
        try:
            values[name] = find(path, event)
        except Absent:
            values[name] = ""

    def fill(token: re.Match[str]) -> str:
        text = token[0]
        if text.startswith("<"):
            return json.dumps(values[text[1:-1]])
        return _VARIABLE.sub(lambda variable: _inside_string(values[variable[1]]), text)

    return _STRING_OR_VARIABLE.sub(fill, transformer["InputTemplate"])


def _inside_string(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return json.dumps(text)[1:-1]
