"""What a template declares, read without CloudFormation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

RETAINED = frozenset({"Retain", "RetainExceptOnCreate", "Snapshot"})


class _Loader(yaml.SafeLoader):
    """YAML in which CloudFormation's short forms stand for nothing."""


_Loader.add_multi_constructor("!", lambda _loader, _suffix, _node: None)


def parameters_of(template: Path) -> dict[str, dict[str, Any]]:
    """Declared parameters by name."""
    found: dict[str, dict[str, Any]] = _read(template.read_text("utf-8")).get("Parameters", {})
    return found


def kept_on_deletion(text: str) -> frozenset[str]:
    """Logical names of the resources that outlive their stack."""
    resources = _read(text).get("Resources", {})
    return frozenset(n for n, body in resources.items() if body.get("DeletionPolicy") in RETAINED)


def _read(text: str) -> dict[str, Any]:
    # The loader is safe: it only drops tags that it does not know.
    read: dict[str, Any] = yaml.load(text, Loader=_Loader)
    return read
