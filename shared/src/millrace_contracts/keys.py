"""S3 key layout: the only paths services may read or write.

Every key is built and parsed here, so a prefix is spelled once in the repository. Landing, refined,
quarantine, forecast and artifacts are buckets of their own; a key is what follows the bucket.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Self

_DATASET = r"(?P<dataset>[a-z][a-z0-9_]{0,62})"
_RUN = r"(?P<run_id>[A-Za-z0-9_-]{1,80})"
_DAY = r"\d{4}-\d{2}-\d{2}"


class KeyMalformed(ValueError):
    """The text is not a key of this kind."""

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(f"not a {kind} key: {key!r}")


@dataclass(frozen=True, slots=True)
class LandingKey:
    """One landed file: ``<dataset>/ingest_date=<YYYY-MM-DD>/batch=<batch_id>/<file>``."""

    dataset: str
    ingest_date: date
    batch_id: str
    file: str
    """Name at the source, mapped to one safe path segment."""

    _pattern: ClassVar[re.Pattern[str]] = re.compile(
        rf"{_DATASET}/ingest_date=(?P<day>{_DAY})/batch=(?P<batch>[A-Za-z0-9_-]{{1,80}})/"
        r"(?P<file>(?!\.)[^/\x00-\x1f]{1,255})"
    )

    def __str__(self) -> str:
        day = self.ingest_date.isoformat()
        return f"{self.dataset}/ingest_date={day}/batch={self.batch_id}/{self.file}"

    @classmethod
    def parse(cls, key: str) -> Self:
        """Inverse of ``str``. Raises KeyMalformed on any other key."""
        match = _match(cls._pattern, "landing", key)
        return cls(
            match["dataset"], date.fromisoformat(match["day"]), match["batch"], match["file"]
        )


@dataclass(frozen=True, slots=True)
class QuarantinePrefix:
    """The rows one run refused: ``<dataset>/run=<run_id>/``."""

    dataset: str
    run_id: str

    _pattern: ClassVar[re.Pattern[str]] = re.compile(rf"{_DATASET}/run={_RUN}/")

    def __str__(self) -> str:
        return f"{self.dataset}/run={self.run_id}/"

    @classmethod
    def parse(cls, key: str) -> Self:
        """Inverse of ``str``. Raises KeyMalformed on any other key."""
        match = _match(cls._pattern, "quarantine", key)
        return cls(match["dataset"], match["run_id"])


@dataclass(frozen=True, slots=True)
class ForecastPrefix:
    """The forecasts issued on one day: ``<dataset>/issued_on=<YYYY-MM-DD>/``."""

    dataset: str
    issued_on: date

    _pattern: ClassVar[re.Pattern[str]] = re.compile(rf"{_DATASET}/issued_on=(?P<day>{_DAY})/")

    def __str__(self) -> str:
        return f"{self.dataset}/issued_on={self.issued_on.isoformat()}/"

    @classmethod
    def parse(cls, key: str) -> Self:
        """Inverse of ``str``. Raises KeyMalformed on any other key."""
        match = _match(cls._pattern, "forecast", key)
        return cls(match["dataset"], date.fromisoformat(match["day"]))


@dataclass(frozen=True, slots=True)
class ManifestKey:
    """The files one run processes: ``manifests/<run_id>.json`` among the artifacts."""

    run_id: str

    _pattern: ClassVar[re.Pattern[str]] = re.compile(rf"manifests/{_RUN}\.json")

    def __str__(self) -> str:
        return f"manifests/{self.run_id}.json"

    @classmethod
    def parse(cls, key: str) -> Self:
        """Inverse of ``str``. Raises KeyMalformed on any other key."""
        return cls(_match(cls._pattern, "manifest", key)["run_id"])


@dataclass(frozen=True, slots=True)
class ModelKey:
    """One trained model: ``models/<dataset>/<version>/output/model.tar.gz`` among the artifacts.

    SageMaker appends ``<training job>/output/model.tar.gz`` to the output path it is given, so the
    version is the name of the training job (SageMaker API, OutputDataConfig).
    """

    dataset: str
    version: str

    _pattern: ClassVar[re.Pattern[str]] = re.compile(
        rf"models/{_DATASET}/(?P<version>[A-Za-z0-9-]{{1,63}})/output/model\.tar\.gz"
    )

    def __str__(self) -> str:
        return f"models/{self.dataset}/{self.version}/output/model.tar.gz"

    @classmethod
    def parse(cls, key: str) -> Self:
        """Inverse of ``str``. Raises KeyMalformed on any other key."""
        match = _match(cls._pattern, "model", key)
        return cls(match["dataset"], match["version"])


@dataclass(frozen=True, slots=True)
class SpecKey:
    """One file of a deployed dataset: ``datasets/<dataset>/<file>`` among the artifacts."""

    dataset: str
    file: str
    """``dataset.json``, ``transform.sql``, ``transform.py`` or ``views/<name>.sql``."""

    _pattern: ClassVar[re.Pattern[str]] = re.compile(
        rf"datasets/{_DATASET}/"
        r"(?P<file>dataset\.json|transform\.(?:sql|py)|views/[a-z][a-z0-9_]*\.sql)"
    )

    def __str__(self) -> str:
        return f"datasets/{self.dataset}/{self.file}"

    @classmethod
    def parse(cls, key: str) -> Self:
        """Inverse of ``str``. Raises KeyMalformed on any other key."""
        match = _match(cls._pattern, "spec", key)
        return cls(match["dataset"], match["file"])


@dataclass(frozen=True, slots=True)
class CommitKey:
    """One commit to a refined table: ``commits/<dataset>/<number>.json`` among the artifacts."""

    dataset: str
    number: int
    """Counts from 1, without gaps."""

    _pattern: ClassVar[re.Pattern[str]] = re.compile(
        rf"commits/{_DATASET}/(?P<number>\d{{10}})\.json"
    )

    def __str__(self) -> str:
        return f"commits/{self.dataset}/{self.number:010d}.json"

    @classmethod
    def parse(cls, key: str) -> Self:
        """Inverse of ``str``. Raises KeyMalformed on any other key."""
        match = _match(cls._pattern, "commit", key)
        return cls(match["dataset"], int(match["number"]))


@dataclass(frozen=True, slots=True)
class CommittedBatchKey:
    """Which files of a batch are committed: ``commits/<dataset>/batch=<batch_id>.json``."""

    dataset: str
    batch_id: str

    _pattern: ClassVar[re.Pattern[str]] = re.compile(
        rf"commits/{_DATASET}/batch=(?P<batch>[A-Za-z0-9_-]{{1,80}})\.json"
    )

    def __str__(self) -> str:
        return f"commits/{self.dataset}/batch={self.batch_id}.json"

    @classmethod
    def parse(cls, key: str) -> Self:
        """Inverse of ``str``. Raises KeyMalformed on any other key."""
        match = _match(cls._pattern, "committed batch", key)
        return cls(match["dataset"], match["batch"])


def commit_head_key(dataset: str) -> str:
    """The last commit that is wholly in place, among the artifacts."""
    return f"commits/{dataset}/head.json"


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
        rf"lineage/{_DATASET}/{_RUN}/(?P<attempt>[A-Za-z0-9_-]{{1,160}})\.jsonl"
    )

    def __str__(self) -> str:
        return f"lineage/{self.dataset}/{self.run_id}/{self.attempt}.jsonl"

    @classmethod
    def parse(cls, key: str) -> Self:
        """Inverse of ``str``. Raises KeyMalformed on any other key."""
        match = _match(cls._pattern, "lineage", key)
        return cls(match["dataset"], match["run_id"], match["attempt"])


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
        rf"_staging/{_DATASET}/(?P<attempt>[A-Za-z0-9_-]{{1,160}})/"
    )

    def __str__(self) -> str:
        return f"{staging_of_dataset(self.dataset)}{self.attempt}/"

    @classmethod
    def parse(cls, key: str) -> Self:
        """Inverse of ``str``. Raises KeyMalformed on any other key."""
        match = _match(cls._pattern, "staging", key)
        return cls(match["dataset"], match["attempt"])


@dataclass(frozen=True, slots=True)
class MessagesKey:
    """Which messages a landed object holds: ``messages/<dataset>/<file_id>``, in the artifacts."""

    dataset: str
    file_id: str

    _pattern: ClassVar[re.Pattern[str]] = re.compile(
        rf"messages/{_DATASET}/(?P<file_id>[A-Za-z0-9_-]{{1,80}})"
    )

    def __str__(self) -> str:
        return f"messages/{self.dataset}/{self.file_id}"

    @classmethod
    def parse(cls, key: str) -> Self:
        """Inverse of ``str``. Raises KeyMalformed on any other key."""
        match = _match(cls._pattern, "messages", key)
        return cls(match["dataset"], match["file_id"])


def staging_of_dataset(dataset: str) -> str:
    """What all attempts of a dataset's runs have staged, in the refined bucket."""
    return f"_staging/{dataset}/"


def drop_prefix(dataset: str) -> str:
    """Where others put a dataset's files into the landing bucket; crawlers pass over it."""
    return f"_drop/{dataset}/"


def dataset_prefix(dataset: str) -> str:
    """Everything of one dataset in the landing, refined or forecast bucket: ``<dataset>/``."""
    return f"{dataset}/"


def specs_prefix() -> str:
    """Every file of every deployed dataset, among the artifacts."""
    return "datasets/"


def view_prefix(dataset: str) -> str:
    """The deployed SQL views of one dataset among the artifacts."""
    return f"{SpecKey(dataset, 'views/')}"


def view_registry_key() -> str:
    """Which dataset each view belongs to, among the artifacts."""
    return "views/registry.json"


def _match(pattern: re.Pattern[str], kind: str, key: str) -> re.Match[str]:
    match = pattern.fullmatch(key)
    if match is None:
        raise KeyMalformed(kind, key)
    return match
