"""AWS's resource schemas, from the data folder of the cfn-lint package.

The files are read directly: importing cfn-lint takes seconds, reading one schema a millisecond.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from millrace_localcloud.cloud import REGION


class SchemasMissing(RuntimeError):
    """cfn-lint's data folder is not where it was."""


def schema_of(resource_type: str) -> dict[str, Any] | None:
    """The schema of a resource type; None when AWS has no such type."""
    name = _index().get(resource_type)
    return None if name is None else _read(name)


@cache
def _index() -> dict[str, str]:
    found: dict[str, str] = json.loads((_folder() / "providers" / f"{REGION}.json").read_bytes())
    return found


@cache
def _read(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((_folder() / "resources" / f"{name}.json").read_bytes())
    return schema


@cache
def _folder() -> Path:
    spec = find_spec("cfnlint")
    if spec is None or spec.origin is None:
        raise SchemasMissing("the package cfn-lint is not installed")
    folder = Path(spec.origin).parent / "data" / "schemas"
    if not (folder / "providers" / f"{REGION}.json").exists():
        raise SchemasMissing(f"{folder} holds no schemas of {REGION}")
    return folder
