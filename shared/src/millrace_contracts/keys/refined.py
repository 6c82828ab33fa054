"""Keys of the refined and quarantine buckets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, Self

from millrace_contracts.keys.layout import DATASET, RUN, matched


@dataclass(frozen=True, slots=True)
class QuarantinePrefix:
    """The rows one run refused: ``<dataset>/run=<run_id>/``."""

    dataset: str
    run_id: str

    _pattern: ClassVar[re.Pattern[str]] = re.compile(rf"{DATASET}/run={RUN}/")

    def __str__(self) -> str:
        return f"{self.dataset}/run={self.run_id}/"

    @classmethod
    def parse(cls, key: str) -> Self:
        """Inverse of ``str``. Raises KeyMalformed on any other key."""
        match = matched(cls._pattern, "quarantine", key)
        return cls(match["dataset"], match["run_id"])


@dataclass(frozen=True, slots=True)
class StagingPrefix:
    """What a run has written and not committed: ``_staging/<dataset>/<attempt>/``.

    In the refined bucket, so that a commit copies within one bucket; readers of tables and crawlers
    pass over names that begin with an underscore.
    """

    dataset: str
    attempt: str
    """One attempt of one run; never used twice."""

    _pattern: ClassVar[re.Pattern[str]] = re.compile(
        rf"_staging/{DATASET}/(?P<attempt>[A-Za-z0-9_-]{{1,160}})/"
    )

    def __str__(self) -> str:
        return f"{staging_of_dataset(self.dataset)}{self.attempt}/"

    @classmethod
    def parse(cls, key: str) -> Self:
        """Inverse of ``str``. Raises KeyMalformed on any other key."""
        match = matched(cls._pattern, "staging", key)
        return cls(match["dataset"], match["attempt"])


def staging_of_dataset(dataset: str) -> str:
    """What all attempts of a dataset's runs have staged, in the refined bucket."""
    return f"_staging/{dataset}/"
