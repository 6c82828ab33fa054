"""The record of one job. Only data: it is pickled with its backend."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from moto.core.common_models import BaseModel
from moto.core.utils import utcnow

DEFAULT_MAX_RUNTIME_S = 86_400
"""StoppingCondition.MaxRuntimeInSeconds when none is asked for (SageMaker API Reference)."""
_FAILURE_CHARACTERS = 1024
ENDED = frozenset({"Completed", "Failed", "Stopped"})


class JobRecord(BaseModel):
    """A processing, training or transform job: the request, and what became of it."""

    def __init__(self, kind: str, arn: str, request: dict[str, Any]) -> None:
        self.kind = kind
        """``Processing``, ``Training`` or ``Transform``: how its members are called."""
        self.arn = arn
        self.request = dict(request)
        self.tags = self.request.pop("Tags", None) or []
        self.name = str(request[f"{kind}JobName"])
        limit = {"MaxRuntimeInSeconds": DEFAULT_MAX_RUNTIME_S}
        self.stopping_condition = limit | (request.get("StoppingCondition") or {})
        self.status = "InProgress"
        self.created_at = self.modified_at = utcnow()
        self.started_at: datetime | None = None
        self.ended_at: datetime | None = None
        self.failure_reason: str | None = None
        self.exit_message: str | None = None
        self.model_uri: str | None = None
        self.transitions: list[dict[str, Any]] = []
        self.move_to("Starting")

    def move_to(self, secondary: str, message: str = "") -> None:
        """Enter a step of the job, as SecondaryStatusTransitions tell it."""
        now = utcnow()
        if self.transitions:
            self.transitions[-1]["EndTime"] = now
        self.transitions.append({"Status": secondary, "StartTime": now, "StatusMessage": message})
        self.modified_at = now

    def begin(self) -> None:
        self.started_at = utcnow()
        self.move_to("Training")

    def stop_asked(self) -> None:
        self.status = "Stopping"
        self.move_to("Stopping")

    def end(self, status: str, failure_reason: str | None = None, *, secondary: str = "") -> None:
        """End the job; who sees the status finds all the rest."""
        self.failure_reason = failure_reason[:_FAILURE_CHARACTERS] if failure_reason else None
        self.move_to(secondary or status, self.failure_reason or "")
        self.ended_at = self.transitions[-1]["EndTime"] = utcnow()
        self.status = status

    def describe(self) -> dict[str, Any]:
        """What DescribeProcessingJob, DescribeTrainingJob or DescribeTransformJob answers."""
        described: dict[str, Any] = {
            **self.request,
            f"{self.kind}JobArn": self.arn,
            f"{self.kind}JobStatus": self.status,
            "CreationTime": self.created_at,
            "LastModifiedTime": self.modified_at,
            f"{self.kind}StartTime": self.started_at,
            f"{self.kind}EndTime": self.ended_at,
            "FailureReason": self.failure_reason,
        }
        if self.kind != "Transform":
            described["StoppingCondition"] = self.stopping_condition
        if self.kind == "Processing":
            described["ExitMessage"] = self.exit_message
        if self.kind == "Training":
            described |= self._training_members()
        return {name: value for name, value in described.items() if value is not None}

    @property
    def response_object(self) -> dict[str, Any]:
        """The job as moto's Search and tags read it."""
        return self.describe()

    def summary(self) -> dict[str, Any]:
        """The job in a list."""
        members = ("Name", "Arn", "Status")
        wanted = {f"{self.kind}Job{member}" for member in members}
        wanted |= {"CreationTime", "LastModifiedTime", f"{self.kind}EndTime", "FailureReason"}
        return {name: value for name, value in self.describe().items() if name in wanted}

    def _training_members(self) -> dict[str, Any]:
        seconds = None
        if self.started_at and self.ended_at:
            seconds = max(1, round((self.ended_at - self.started_at).total_seconds()))
        return {
            "SecondaryStatus": self.transitions[-1]["Status"],
            "SecondaryStatusTransitions": self.transitions,
            "ModelArtifacts": {"S3ModelArtifacts": self.model_uri} if self.model_uri else None,
            "TrainingTimeInSeconds": seconds,
            "BillableTimeInSeconds": seconds,
        }
