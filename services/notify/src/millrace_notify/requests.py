"""The shapes in which something is told to this service."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, AwareDatetime, BaseModel, ConfigDict, Field

from millrace_notify.failures import Attempt, Success

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


class _Succeeded(BaseModel):
    name: str
    status: Literal["SUCCEEDED"]
    redrives: int = Field(0, validation_alias=AliasChoices("redriveCount", "redrives"))
    stop_ms: int | None = Field(None, alias="stopDate")


class ExecutionSucceeded(BaseModel):
    """Sent by EventBridge when a run has succeeded, which may be a recovery."""

    detail_type: Literal["Step Functions Execution Status Change"] = Field(alias="detail-type")
    detail: _Succeeded

    def as_success(self, now: datetime) -> Success:
        """The success, at the time of the event where it has one."""
        detail = self.detail
        return Success(detail.name, detail.redrives, _moment(detail.stop_ms) or now)


class CheckRequested(BaseModel):
    """Sent by the schedule."""

    check: Literal["expectations"]
    at: AwareDatetime


class _Notification(BaseModel):
    subject: str | None = Field(None, alias="Subject")
    message: str = Field(alias="Message")


class _Record(BaseModel):
    sns: _Notification = Field(alias="Sns")


class MessageDelivered(BaseModel):
    """Sent by SNS (Lambda Developer Guide, "Using AWS Lambda with Amazon SNS")."""

    records: Annotated[tuple[_Record, ...], Field(min_length=1)] = Field(alias="Records")

    def messages(self) -> list[tuple[str, str]]:
        """Subject and body of each message."""
        return [(record.sns.subject or "", record.sns.message) for record in self.records]


Request = (
    FailureTold | ExecutionStatusChanged | ExecutionSucceeded | CheckRequested | MessageDelivered
)


def parse_request(event: dict[str, Any]) -> Request:
    """Tell the shapes apart. Raises ValidationError."""
    if "Records" in event:
        return MessageDelivered.model_validate(event)
    if "check" in event:
        return CheckRequested.model_validate(event)
    if "detail-type" in event:
        detail = event.get("detail")
        if isinstance(detail, dict) and detail.get("status") == "SUCCEEDED":
            return ExecutionSucceeded.model_validate(event)
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
