"""Keys of deployed datasets, among the artifacts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, Self

from millrace_contracts.keys.layout import DATASET, matched


@dataclass(frozen=True, slots=True)
class SpecKey:
    """One file of a deployed dataset: ``datasets/<dataset>/<file>`` among the artifacts."""

    dataset: str
    file: str
    """``dataset.json``, ``transform.sql``, ``transform.py`` or ``views/<name>.sql``."""

    _pattern: ClassVar[re.Pattern[str]] = re.compile(
        rf"datasets/{DATASET}/"
        r"(?P<file>dataset\.json|transform\.(?:sql|py)|views/[a-z][a-z0-9_]*\.sql)"
    )

    def __str__(self) -> str:
        return f"datasets/{self.dataset}/{self.file}"

    @classmethod
    def parse(cls, key: str) -> Self:
        """Inverse of ``str``. Raises KeyMalformed on any other key."""
        match = matched(cls._pattern, "spec", key)
        return cls(match["dataset"], match["file"])


def specs_prefix() -> str:
    """Every file of every deployed dataset, among the artifacts."""
    return "datasets/"


def view_prefix(dataset: str) -> str:
    """The deployed SQL views of one dataset among the artifacts."""
    return f"{SpecKey(dataset, 'views/')}"


def view_registry_key() -> str:
    """Which dataset each view belongs to, among the artifacts."""
    return "views/registry.json"
