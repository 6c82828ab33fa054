"""Keys of what runs leave among the artifacts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, Self

from millrace_contracts.keys.layout import DATASET, RUN, matched


@dataclass(frozen=True, slots=True)
class ManifestKey:
    """The files one run processes: ``manifests/<run_id>.json`` among the artifacts."""

    run_id: str

    _pattern: ClassVar[re.Pattern[str]] = re.compile(rf"manifests/{RUN}\.json")

    def __str__(self) -> str:
        return f"manifests/{self.run_id}.json"

    @classmethod
    def parse(cls, key: str) -> Self:
        """Inverse of ``str``. Raises KeyMalformed on any other key."""
        return cls(matched(cls._pattern, "manifest", key)["run_id"])


@dataclass(frozen=True, slots=True)
class MessagesKey:
    """Which messages a landed object holds: ``messages/<dataset>/<file_id>``, in the artifacts."""

    dataset: str
    file_id: str

    _pattern: ClassVar[re.Pattern[str]] = re.compile(
        rf"messages/{DATASET}/(?P<file_id>[A-Za-z0-9_-]{{1,80}})"
    )

    def __str__(self) -> str:
        return f"messages/{self.dataset}/{self.file_id}"

    @classmethod
    def parse(cls, key: str) -> Self:
        """Inverse of ``str``. Raises KeyMalformed on any other key."""
        match = matched(cls._pattern, "messages", key)
        return cls(match["dataset"], match["file_id"])


@dataclass(frozen=True, slots=True)
class LineageKey:
    """OpenLineage events of one attempt of a stage: ``lineage/<dataset>/<run_id>/<attempt>.jsonl``.

    Among the artifacts.
    """

    dataset: str
    run_id: str
    attempt: str
    """One attempt of one run; never used twice."""

    _pattern: ClassVar[re.Pattern[str]] = re.compile(
        rf"lineage/{DATASET}/{RUN}/(?P<attempt>[A-Za-z0-9_-]{{1,160}})\.jsonl"
    )

    def __str__(self) -> str:
        return f"lineage/{self.dataset}/{self.run_id}/{self.attempt}.jsonl"

    @classmethod
    def parse(cls, key: str) -> Self:
        """Inverse of ``str``. Raises KeyMalformed on any other key."""
        match = matched(cls._pattern, "lineage", key)
        return cls(match["dataset"], match["run_id"], match["attempt"])
