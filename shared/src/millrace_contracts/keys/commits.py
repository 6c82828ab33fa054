"""Keys of the commits to refined tables, among the artifacts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, Self

from millrace_contracts.keys.layout import DATASET, matched


@dataclass(frozen=True, slots=True)
class CommitKey:
    """One commit to a refined table: ``commits/<dataset>/<number>.json`` among the artifacts."""

    dataset: str
    number: int
    """Counts from 1, without gaps."""

    _pattern: ClassVar[re.Pattern[str]] = re.compile(
        rf"commits/{DATASET}/(?P<number>\d{{10}})\.json"
    )

    def __str__(self) -> str:
        return f"commits/{self.dataset}/{self.number:010d}.json"

    @classmethod
    def parse(cls, key: str) -> Self:
        """Inverse of ``str``. Raises KeyMalformed on any other key."""
        match = matched(cls._pattern, "commit", key)
        return cls(match["dataset"], int(match["number"]))


@dataclass(frozen=True, slots=True)
class CommittedBatchKey:
    """Which files of a batch are committed: ``commits/<dataset>/batch=<batch_id>.json``."""

    dataset: str
    batch_id: str

    _pattern: ClassVar[re.Pattern[str]] = re.compile(
        rf"commits/{DATASET}/batch=(?P<batch>[A-Za-z0-9_-]{{1,80}})\.json"
    )

    def __str__(self) -> str:
        return f"commits/{self.dataset}/batch={self.batch_id}.json"

    @classmethod
    def parse(cls, key: str) -> Self:
        """Inverse of ``str``. Raises KeyMalformed on any other key."""
        match = matched(cls._pattern, "committed batch", key)
        return cls(match["dataset"], match["batch"])


def commit_head_key(dataset: str) -> str:
    """The last commit that is wholly in place, among the artifacts."""
    return f"commits/{dataset}/head.json"
