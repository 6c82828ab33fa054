"""``refused.toml``, read."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter that is refused, but for its default and the values that are named."""

    name: str
    allowed: frozenset[str] = frozenset()

    def is_refused(self, value: Any) -> bool:
        return says_something(value) and str(value) not in self.allowed


@dataclass(frozen=True, slots=True)
class Refusals:
    """Of one service."""

    error: str
    """Code that the service answers a request with which it cannot do."""
    operations: frozenset[str]
    """Refused whole."""
    parameters: Mapping[str, tuple[Parameter, ...]]
    """By operation."""


@cache
def refusals() -> Mapping[str, Refusals]:
    """By service, as moto names it."""
    text = files(__package__).joinpath("refused.toml").read_text("utf-8")
    return {service: _refusals(table) for service, table in tomllib.loads(text).items()}


def says_something(value: Any) -> bool:
    """Whether a value differs from its absence: nothing in ``{"Enabled": False}`` does."""
    if isinstance(value, dict):
        return any(says_something(each) for each in value.values())
    if isinstance(value, list):
        return any(says_something(each) for each in value)
    return value is not None and value is not False and value not in ("", b"")


def _refusals(table: Mapping[str, Any]) -> Refusals:
    return Refusals(
        table["error"],
        frozenset(table.get("operations", ())),
        {
            operation: tuple(_parameter(written) for written in parameters)
            for operation, parameters in table.get("parameters", {}).items()
        },
    )


def _parameter(written: str) -> Parameter:
    name, _, allowed = written.partition("=")
    return Parameter(name, frozenset(allowed.split("|")) if allowed else frozenset())
