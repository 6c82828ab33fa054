"""One query: what was asked, where it stands, what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass
class Execution:
    """A query execution; plain data, so that it survives a restart.

    Its rows are in the file at ``output_location`` only.
    """

    id: str
    query: str
    workgroup: str
    context: dict[str, str]
    output_location: str
    parameters: list[str]
    submitted_at: datetime
    cutoff_bytes: int | None = None
    is_enforced: bool = False
    state: str = "QUEUED"
    reason: str = ""
    error_category: int = 0
    started_at: datetime | None = None
    completed_at: datetime | None = None
    scanned_bytes: int = 0
    statement_type: str = "DML"
    substatement_type: str = ""
    columns: list[dict[str, Any]] = field(default_factory=list)
    has_header: bool = False
    manifest: str = ""
    update_count: int = 0

    @property
    def is_done(self) -> bool:
        return self.state in ("SUCCEEDED", "FAILED", "CANCELLED")

    def end(self, state: str, at: datetime, reason: str = "", category: int = 0) -> None:
        """Reach a final state."""
        self.state, self.reason, self.error_category = state, reason, category
        self.completed_at = at

    def described(self) -> dict[str, Any]:
        """``QueryExecution`` of Athena's API."""
        status: dict[str, Any] = {
            "State": self.state,
            "SubmissionDateTime": self.submitted_at.timestamp(),
        }
        if self.reason:
            status["StateChangeReason"] = self.reason
        if self.completed_at:
            status["CompletionDateTime"] = self.completed_at.timestamp()
        if self.state == "FAILED":
            status["AthenaError"] = {
                "ErrorCategory": self.error_category,
                "ErrorType": 1000 + self.error_category,
                "Retryable": self.error_category == 1,
                "ErrorMessage": self.reason,
            }
        described: dict[str, Any] = {
            "QueryExecutionId": self.id,
            "Query": self.query,
            "StatementType": self.statement_type,
            "ResultConfiguration": {"OutputLocation": self.output_location},
            "ResultReuseConfiguration": {"ResultReuseByAgeConfiguration": {"Enabled": False}},
            "QueryExecutionContext": self.context,
            "Status": status,
            "Statistics": self._statistics(),
            "WorkGroup": self.workgroup,
            "EngineVersion": {
                "SelectedEngineVersion": "AUTO",
                "EffectiveEngineVersion": "Athena engine version 3",
            },
        }
        if self.substatement_type:
            described["SubstatementType"] = self.substatement_type
        if self.parameters:
            described["ExecutionParameters"] = self.parameters
        return described

    def _statistics(self) -> dict[str, Any]:
        started = self.started_at or self.completed_at or self.submitted_at
        ended = self.completed_at or started
        statistics: dict[str, Any] = {
            "EngineExecutionTimeInMillis": _millis(started, ended),
            "DataScannedInBytes": self.scanned_bytes,
            "TotalExecutionTimeInMillis": _millis(self.submitted_at, ended),
            "QueryQueueTimeInMillis": _millis(self.submitted_at, started),
            "ResultReuseInformation": {"ReusedPreviousResult": False},
        }
        if self.manifest:
            statistics["DataManifestLocation"] = self.manifest
        return statistics


def _millis(start: datetime, end: datetime) -> int:
    return max(0, round((end - start).total_seconds() * 1000))
