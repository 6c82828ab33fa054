"""Run state's records as DynamoDB items, and back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from millrace_contracts.state.records import (
    FileRecord,
    FileStatus,
    RunRecord,
    RunStatus,
    StageRecord,
    StageStatus,
)

Item = dict[str, Any]


def text_of(moment: datetime) -> str:
    """Fixed-width UTC, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _moment_of(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def failed_month(at: datetime) -> str:
    """Partition of the runs that failed in a month."""
    return f"FAILED#{text_of(at)[:7]}"


def failed_months(since: datetime, until: datetime) -> list[str]:
    """Partitions of every month from ``since`` to ``until``."""
    first, last = since.astimezone(UTC), until.astimezone(UTC)
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"FAILED#{month // 12:04d}-{month % 12 + 1:02d}" for month in months]


def without_none(item: Item) -> Item:
    """The item without what is unknown: an index key must be a text or absent."""
    return {name: value for name, value in item.items() if value is not None}


def run_of(item: Item) -> RunRecord:
    """The run that an item holds."""
    return RunRecord(
        run_id=item["run_id"],
        dataset=item["dataset"],
        status=RunStatus(item["status"]),
        started_at=datetime.fromisoformat(item["started_at"]),
        ended_at=_moment_of(item.get("ended_at")),
        error=item.get("error", ""),
        cause=item.get("cause", ""),
    )


def stage_item(stage: StageRecord) -> Item:
    """The item of a stage."""
    return without_none(
        {
            "pk": f"RUN#{stage.run_id}",
            "sk": f"STAGE#{stage.stage}",
            "run_id": stage.run_id,
            "dataset": stage.dataset,
            "stage": stage.stage,
            "status": stage.status.value,
            "started_at": text_of(stage.started_at),
            "ended_at": stage.ended_at and text_of(stage.ended_at),
            "numbers": dict(stage.numbers),
            "error": stage.error,
        }
    )


def stage_of(item: Item) -> StageRecord:
    """The stage that an item holds."""
    return StageRecord(
        run_id=item["run_id"],
        dataset=item["dataset"],
        stage=item["stage"],
        status=StageStatus(item["status"]),
        started_at=datetime.fromisoformat(item["started_at"]),
        ended_at=_moment_of(item.get("ended_at")),
        numbers={name: int(value) for name, value in item["numbers"].items()},
        error=item["error"],
    )


def file_item(file: FileRecord) -> Item:
    """The item of a file version."""
    return without_none(
        {
            "pk": f"DATASET#{file.dataset}",
            "sk": f"FILE#{file.file_id}",
            "gsi2pk": f"SOURCE#{file.source}",
            "gsi2sk": f"FILE#{file.file_id}",
            "dataset": file.dataset,
            "file_id": file.file_id,
            "source": file.source,
            "status": file.status.value,
            "bucket": file.bucket,
            "key": file.key,
            "batch_id": file.batch_id,
            "claimed_by": file.claimed_by,
            "lease_until": text_of(file.lease_until),
            "size_bytes": file.size_bytes,
            "sha256": file.sha256,
            "landed_at": file.landed_at and text_of(file.landed_at),
            "upload": file.upload or None,
        }
    )


def file_of(item: Item) -> FileRecord:
    """The file version that an item holds."""
    return FileRecord(
        dataset=item["dataset"],
        file_id=item["file_id"],
        source=item["source"],
        status=FileStatus(item["status"]),
        bucket=item["bucket"],
        key=item["key"],
        batch_id=item["batch_id"],
        claimed_by=item["claimed_by"],
        lease_until=datetime.fromisoformat(item["lease_until"]),
        size_bytes=int(item["size_bytes"]),
        sha256=item["sha256"],
        landed_at=_moment_of(item.get("landed_at")),
        upload=item.get("upload", ""),
    )
