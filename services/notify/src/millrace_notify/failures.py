"""A failed attempt of a run, as it was told and as it was found out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

_MANY = "-pipelines:"
"""In the ARN of an execution that runs many datasets."""
_OF_ITS_RUNS = ("DatasetsFailed", "States.TaskFailed")
"""Its errors when runs failed that it had started: its own, and that of waiting for one."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One failed attempt of one run: what is to be announced once."""

    dataset: str
    run_id: str
    execution_arn: str
    redrives: int
    """How often the run had been redriven before it failed."""
    failed_at: datetime
    error: str
    """Error name as it was told."""
    cause: str
    """Cause as it was told: text or JSON."""
    began_at: datetime | None = None
    status: str = "FAILED"
    """``FAILED``, ``TIMED_OUT`` or ``ABORTED``."""

    @property
    def is_of_its_runs(self) -> bool:
        """Whether it only says that runs failed which it had started: each announces itself."""
        return _MANY in self.execution_arn and self.error in _OF_ITS_RUNS


@dataclass(frozen=True, slots=True)
class Success:
    """One run that the state machine ended as SUCCEEDED."""

    run_id: str
    redrives: int
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """What failed, found in the execution's history."""

    stage: str
    """State that failed; ``machine`` when none did."""
    error: str
    cause: str
    """Cause as the history holds it: text or JSON."""


MACHINE = "machine"
"""The stage when no state failed: the execution timed out, was aborted or never began."""
