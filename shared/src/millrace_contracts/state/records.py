"""What is remembered of runs, stages and files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class RunStatus(StrEnum):
    """Where a run stands."""

    RUNNING = "RUNNING"
    NOTHING_NEW = "NOTHING_NEW"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


class StageStatus(StrEnum):
    """Where one stage of a run stands."""

    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


class FileStatus(StrEnum):
    """Where one version of a source file stands."""

    CLAIMED = "CLAIMED"
    LANDED = "LANDED"


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run of one dataset: one execution of the state machine."""

    run_id: str
    dataset: str
    status: RunStatus
    started_at: datetime
    ended_at: datetime | None = None
    error: str = ""
    """Error name, when it failed."""
    cause: str = ""
    """Root cause in one line, when it failed."""


@dataclass(frozen=True, slots=True)
class StageRecord:
    """One stage of one run, as the service that did it tells."""

    run_id: str
    dataset: str
    stage: str
    """Name of the service: ``ingest``, ``etl``, ``view``."""
    status: StageStatus
    started_at: datetime
    ended_at: datetime | None = None
    numbers: Mapping[str, int] = field(default_factory=dict)
    """Counts by name, as ``rows_read``."""
    error: str = ""


@dataclass(frozen=True, slots=True)
class FileRecord:
    """One version of one source file."""

    dataset: str
    file_id: str
    """Digest of the source path and the version's fingerprint: equal for the same version."""
    source: str
    """Where it is, without credentials or query."""
    status: FileStatus
    bucket: str
    key: str
    """Where it lands; decided by the first claim, kept by every later one."""
    batch_id: str
    """The run that first claimed it."""
    claimed_by: str
    """The run whose worker holds or held the lease."""
    lease_until: datetime
    size_bytes: int = 0
    sha256: str = ""
    """As ``ManifestFile.sha256``."""
    landed_at: datetime | None = None
    upload: str = ""
    """What the next worker needs to go on with a half-done upload; empty once landed."""
