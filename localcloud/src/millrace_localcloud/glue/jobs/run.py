"""The record of one job run. Only data: it is pickled with its backend."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from moto.core.utils import utcnow
from moto.glue.models import FakeJobRun

ENDED = frozenset({"SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT"})


class JobRun(FakeJobRun):
    """A run whose state is the state of its process, where moto's pretends to progress."""

    def __init__(self, *, glue_version: str | None, attempt: int, **given: Any) -> None:
        super().__init__(**given)
        self._status = "STARTING"
        self.attempt = attempt
        self.glue_version = glue_version
        self.error_message: str | None = None
        self.running_since: datetime | None = None
        self.completed_on = None

    @property
    def status(self) -> str:
        return str(self._status)

    @status.setter
    def status(self, value: str) -> None:
        self._status = value
        self.modified_on = utcnow()

    def advance(self) -> None:
        """Do nothing: moto moves a state on when it is read, this one moves on its own."""

    def begin(self) -> None:
        self.running_since = utcnow()
        self.status = "RUNNING"

    def end(self, status: str, error_message: str | None = None) -> None:
        self.error_message = error_message
        self.completed_on = utcnow()
        self.status = status

    def as_dict(self) -> dict[str, Any]:
        ended_on = self.completed_on or utcnow()
        ran_s = (ended_on - self.running_since).total_seconds() if self.running_since else 0
        described = {
            **super().as_dict(),
            "Attempt": self.attempt,
            "ExecutionTime": int(ran_s),
            "LogGroupName": "/aws-glue/jobs",
            "GlueVersion": self.glue_version,
            "CompletedOn": self.completed_on,
            "ErrorMessage": self.error_message,
        }
        return {name: value for name, value in described.items() if value is not None}
