"""The two shapes in which a failure is told to this service."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from millrace_notify.failures import Attempt

_UNKNOWN = "unknown"


class Told(BaseModel):
    """An error as a Catch hands it on."""

    model_config = ConfigDict(populate_by_name=True)

    error: str = Field("", alias="Error")
    cause: str = Field("", alias="Cause")


class FailureTold(BaseModel):
    """Sent by the state machine's ``Notify`` state."""

    dataset: str
    run_id: str
    execution_arn: str
    attempt: Annotated[int, Field(ge=0)] = 0
    failure: Told

    def as_attempt(self, now: datetime) -> Attempt:
        """The attempt, failed by now."""
        return Attempt(
            dataset=self.dataset,
            run_id=self.run_id,
            execution_arn=self.execution_arn,
            redrives=self.attempt,
            failed_at=now,
            error=self.failure.error,
            cause=self.failure.cause,
        )


class _Detail(BaseModel):
    execution_arn: str = Field(alias="executionArn")
    name: str
    status: Literal["FAILED", "TIMED_OUT", "ABORTED"]
    input: str | None = None
    error: str | None = None
    cause: str | None = None
    redrives: int = Field(0, validation_alias=AliasChoices("redriveCount", "redrives"))
    start_ms: int | None = Field(None, alias="startDate")
    stop_ms: int | None = Field(None, alias="stopDate")


class ExecutionStatusChanged(BaseModel):
    """Sent by EventBridge (Step Functions Developer Guide, "Step Functions event structure")."""

    detail_type: Literal["Step Functions Execution Status Change"] = Field(alias="detail-type")
    detail: _Detail

    def as_attempt(self, now: datetime) -> Attempt:
        """The attempt, with the times of the event where it has them."""
        detail = self.detail
        return Attempt(
            dataset=_dataset(detail.input),
            run_id=detail.name,
            execution_arn=detail.execution_arn,
            redrives=detail.redrives,
            failed_at=_moment(detail.stop_ms) or now,
            error=detail.error or "",
            cause=detail.cause or "",
            began_at=_moment(detail.start_ms),
            status=detail.status,
        )


def parse_request(event: dict[str, Any]) -> FailureTold | ExecutionStatusChanged:
    """Tell the shapes apart. Raises ValidationError."""
    if "detail-type" in event:
        return ExecutionStatusChanged.model_validate(event)
    return FailureTold.model_validate(event)


def _dataset(text: str | None) -> str:
    """The dataset in an execution's input; a run that got a malformed one must be announced too."""
    try:
        document = json.loads(text or "")
    except ValueError:
        return _UNKNOWN
    dataset = document.get("dataset") if isinstance(document, dict) else None
    return dataset if isinstance(dataset, str) and dataset else _UNKNOWN


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)
