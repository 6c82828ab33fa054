"""Events exchanged between services, one frozen model per detail-type.

Fields are added, never renamed or removed; a change of meaning is a new ``schema_version``.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    NonNegativeInt,
    SerializerFunctionWrapHandler,
    model_serializer,
)


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")  # old consumers accept new fields

    later: ClassVar[frozenset[str]] = frozenset()
    """Fields added since the event's first golden example: written where they say something."""

    dataset: str
    run_id: str

    @model_serializer(mode="wrap")
    def _leave_out_what_says_nothing(
        self, handler: SerializerFunctionWrapHandler
    ) -> dict[str, Any]:
        document: dict[str, Any] = handler(self)
        return {
            name: value
            for name, value in document.items()
            if name not in self.later or value not in (None, "", (), [], {})
        }


class BatchLanded(_Event):
    """Answered by ingest: what a run has to process."""

    detail_type: Literal["BatchLanded"] = "BatchLanded"
    schema_version: Literal[1] = 1
    manifest_bucket: str
    manifest_key: str
    """A ``Manifest``: the new files, and those of earlier runs that did not succeed."""
    files: NonNegativeInt
    """Files in the manifest; 0 means that there is nothing new."""
    size_bytes: NonNegativeInt
    more: bool = False
    """True when the source holds more than one call could land: call again."""
    landed_at: AwareDatetime


class DatasetRefined(_Event):
    """Recorded by etl when the refined table holds the run's rows.

    ``rows_read = rows_written + rows_quarantined + rows_dropped + rows_filtered``.
    """

    detail_type: Literal["DatasetRefined"] = "DatasetRefined"
    schema_version: Literal[1] = 1
    rows_read: NonNegativeInt
    rows_written: NonNegativeInt
    """Rows of this run that are in the refined table."""
    rows_quarantined: NonNegativeInt
    rows_dropped: NonNegativeInt
    """Duplicates by key within the run."""
    rows_filtered: NonNegativeInt
    """Rows that the dataset's transform left out."""
    files_written: NonNegativeInt
    refined_at: AwareDatetime


class ViewsReady(_Event):
    """Answered by view when every view of the dataset exists."""

    detail_type: Literal["ViewsReady"] = "ViewsReady"
    schema_version: Literal[1] = 1
    views: tuple[str, ...]
    ready_at: AwareDatetime
    dropped: tuple[str, ...] = ()
    """Views that the dataset had made before and no longer declares."""
    renewed: tuple[str, ...] = ()
    """Views of other datasets, made anew because columns that they read have changed."""
    broken: tuple[str, ...] = ()
    """Views of other datasets that such a change broke."""

    later = frozenset({"dropped", "renewed", "broken"})


class ForecastReady(_Event):
    """Written by forecast as its exit message."""

    detail_type: Literal["ForecastReady"] = "ForecastReady"
    schema_version: Literal[1] = 1
    model_version: str
    series: NonNegativeInt
    rows_written: NonNegativeInt
    issued_at: AwareDatetime


class StageFailed(_Event):
    """Published by notify: the machine's half of every failure message."""

    detail_type: Literal["StageFailed"] = "StageFailed"
    schema_version: Literal[1] = 1
    stage: str
    """State of the machine that failed, as ``Etl``; ``machine`` when no state did."""
    error: str
    """Error name, as the state machine matches it."""
    cause: str
    """The root cause in one line."""
    execution_arn: str
    failed_at: AwareDatetime
    summary: str = ""
    """What happened, in one sentence."""
    owner: str = ""
    """Team that owns the dataset."""
    severity: str = ""
    """``error``, or ``warning`` for a run that somebody stopped."""
    began_at: AwareDatetime | None = None
    failures_this_week: int | None = None
    """Failed runs of the dataset in the last 7 days, this one included."""
    repeats: int | None = None
    """How often in a row the dataset has failed like this, when more than once."""
    untold: tuple[str, ...] = ()
    """Runs that failed alike since the last message, and got none of their own."""
    counts: dict[str, int] = {}
    """What the run's stages counted before it failed, as ``rows_read``."""
    resume: str = ""
    """The command that resumes the run."""
    links: dict[str, str] = {}
    """Where to look, by name: ``execution``, ``logs``."""

    later = frozenset(
        {"summary", "owner", "severity", "began_at", "failures_this_week", "repeats", "untold"}
        | {"counts", "resume", "links"}
    )


class RunRecovered(_Event):
    """Published by notify when a dataset works again."""

    detail_type: Literal["RunRecovered"] = "RunRecovered"
    schema_version: Literal[1] = 1
    summary: str
    owner: str = ""
    severity: str = "info"
    failures: NonNegativeInt
    """Attempts that had failed in a row."""
    failing_since: AwareDatetime | None = None
    untold: tuple[str, ...] = ()
    """Runs among them that got no message of their own."""
    recovered_at: AwareDatetime


class ExpectationMissed(_Event):
    """Published by notify when a dataset is silent, or its rows are not as expected.

    ``run_id`` is the run that was looked at; empty when none has succeeded.
    """

    detail_type: Literal["ExpectationMissed"] = "ExpectationMissed"
    schema_version: Literal[1] = 1
    expectation: Literal["fresh_within_hours", "rows_at_least", "usual_rows"]
    summary: str
    owner: str = ""
    severity: str = "warning"
    noticed_at: AwareDatetime


class RunSucceeded(_Event):
    """Answered by ingest when a run's batches are acknowledged: the run is complete."""

    detail_type: Literal["RunSucceeded"] = "RunSucceeded"
    schema_version: Literal[1] = 1
    files: NonNegativeInt
    succeeded_at: AwareDatetime


EVENTS: tuple[type[_Event], ...] = (
    BatchLanded,
    DatasetRefined,
    ViewsReady,
    ForecastReady,
    StageFailed,
    RunRecovered,
    ExpectationMissed,
    RunSucceeded,
)
"""Every event, for the exported schemas and the golden files."""
