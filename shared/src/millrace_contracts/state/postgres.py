"""Run state in PostgreSQL: each promise of the port is one statement, or one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from millrace_contracts.state.postgres_connection import PostgresConnection
from millrace_contracts.state.records import (
    FileRecord,
    FileStatus,
    RunRecord,
    RunStatus,
    StageRecord,
    StageStatus,
)

_RUN = "run_id, dataset, status, started_at, ended_at, error, cause"
_FILE_NAMES = tuple(field.name for field in fields(FileRecord))
_FILE = ", ".join(_FILE_NAMES)
_BOUND = ", ".join(["%s"] * len(_FILE_NAMES))


class PostgresRunState:
    """RunState in the tables ``millrace_*`` of one database."""

    def __init__(self, connection: PostgresConnection) -> None:
        self._db = connection

    def start_run(self, run_id: str, dataset: str, at: datetime) -> None:
        self._db.changes(
            "INSERT INTO millrace_runs (run_id, dataset, status, started_at)"
            " VALUES (%s, %s, 'RUNNING', %s) ON CONFLICT DO NOTHING",
            run_id,
            dataset,
            at,
        )

    def end_run(
        self,
        run_id: str,
        dataset: str,
        status: RunStatus,
        at: datetime,
        *,
        error: str = "",
        cause: str = "",
    ) -> None:
        self._db.changes(
            f"INSERT INTO millrace_runs AS run ({_RUN}) VALUES (%s, %s, %s, %s, %s, %s, %s)"
            " ON CONFLICT (run_id) DO UPDATE SET status = excluded.status,"
            " ended_at = excluded.ended_at, error = excluded.error, cause = excluded.cause",
            *(run_id, dataset, status.value, at, at, error, cause),
        )

    def run(self, run_id: str) -> RunRecord | None:
        found = self._db.rows(f"SELECT {_RUN} FROM millrace_runs WHERE run_id = %s", run_id)
        return _run(found[0]) if found else None

    def runs(self, dataset: str, limit: int = 50) -> Sequence[RunRecord]:
        found = self._db.rows(
            f"SELECT {_RUN} FROM millrace_runs WHERE dataset = %s"
            " ORDER BY started_at DESC LIMIT %s",
            dataset,
            limit,
        )
        return [_run(row) for row in found]

    def failed_runs(self, since: datetime, until: datetime) -> Sequence[RunRecord]:
        found = self._db.rows(
            f"SELECT {_RUN} FROM millrace_runs WHERE status = 'FAILED'"
            " AND ended_at BETWEEN %s AND %s ORDER BY ended_at DESC",
            since,
            until,
        )
        return [_run(row) for row in found]

    def claim_announcement(
        self, run_id: str, attempt: int, now: datetime, lease_until: datetime
    ) -> bool:
        return self._db.changes(
            "INSERT INTO millrace_announcements AS held (subject, attempt, lease_until)"
            " VALUES (%s, %s, %s) ON CONFLICT (subject, attempt) DO UPDATE"
            " SET lease_until = excluded.lease_until"
            " WHERE NOT held.is_announced AND held.lease_until <= %s",
            *(run_id, attempt, lease_until, now),
        )

    def release_announcement(self, run_id: str, attempt: int) -> None:
        self._db.changes(
            "DELETE FROM millrace_announcements"
            " WHERE subject = %s AND attempt = %s AND NOT is_announced",
            *(run_id, attempt),
        )

    def settle_announcement(self, run_id: str, attempt: int) -> None:
        self._db.changes(
            "INSERT INTO millrace_announcements (subject, attempt, lease_until, is_announced)"
            " VALUES (%s, %s, '-infinity', true) ON CONFLICT (subject, attempt)"
            " DO UPDATE SET is_announced = true",
            *(run_id, attempt),
        )

    def announced(self, run_id: str, attempt: int) -> bool:
        found = self._db.rows(
            "SELECT is_announced FROM millrace_announcements WHERE subject = %s AND attempt = %s",
            *(run_id, attempt),
        )
        return bool(found) and bool(found[0]["is_announced"])

    def put_stage(self, stage: StageRecord) -> None:
        self._db.changes(
            "INSERT INTO millrace_stages"
            " (run_id, stage, dataset, status, started_at, ended_at, numbers, error)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (run_id, stage) DO UPDATE SET"
            " dataset = excluded.dataset, status = excluded.status,"
            " started_at = excluded.started_at, ended_at = excluded.ended_at,"
            " numbers = excluded.numbers, error = excluded.error",
            *(stage.run_id, stage.stage, stage.dataset, stage.status.value),
            *(stage.started_at, stage.ended_at, Jsonb(dict(stage.numbers)), stage.error),
        )

    def stages(self, run_id: str) -> Sequence[StageRecord]:
        found = self._db.rows(
            "SELECT run_id, dataset, stage, status, started_at, ended_at, numbers, error"
            " FROM millrace_stages WHERE run_id = %s ORDER BY started_at",
            run_id,
        )
        return [StageRecord(**{**row, "status": StageStatus(row["status"])}) for row in found]

    def claim_file(self, claim: FileRecord, now: datetime) -> FileRecord | None:
        found = self._db.rows(
            f"INSERT INTO millrace_files AS held ({_FILE}) VALUES ({_BOUND})"
            " ON CONFLICT (dataset, file_id) DO UPDATE"
            " SET claimed_by = excluded.claimed_by, lease_until = excluded.lease_until,"
            " upload = CASE excluded.upload WHEN '' THEN held.upload ELSE excluded.upload END"
            " WHERE held.status = 'CLAIMED'"
            " AND (held.lease_until <= %s OR held.claimed_by = excluded.claimed_by)"
            f" RETURNING {_FILE}",
            *_values(claim),
            now,
        )
        return _file(found[0]) if found else None

    def land_file(self, landed: FileRecord) -> bool:
        names = [name for name in _FILE_NAMES if name not in ("dataset", "file_id", "claimed_by")]
        values = asdict(landed) | {"status": FileStatus.LANDED.value, "upload": ""}
        sets = ", ".join(f"{name} = %s" for name in names)
        return self._db.changes(
            f"UPDATE millrace_files SET {sets}, is_consumed = false"
            " WHERE dataset = %s AND file_id = %s AND claimed_by = %s",
            *(values[name] for name in names),
            *(landed.dataset, landed.file_id, landed.claimed_by),
        )

    def file(self, dataset: str, file_id: str) -> FileRecord | None:
        found = self._files("dataset = %s AND file_id = %s", dataset, file_id)
        return found[0] if found else None

    def files(self, dataset: str) -> Sequence[FileRecord]:
        return self._files("dataset = %s", dataset)

    def files_of_batch(self, batch_id: str) -> Sequence[FileRecord]:
        return self._files("batch_id = %s AND status = 'LANDED' AND NOT is_consumed", batch_id)

    def consume_files(self, batch_id: str, file_ids: Collection[str]) -> None:
        self._db.changes(
            "UPDATE millrace_files SET is_consumed = true"
            " WHERE batch_id = %s AND file_id = ANY(%s)",
            *(batch_id, sorted(set(file_ids))),
        )

    def files_of_source(self, source: str) -> Sequence[FileRecord]:
        return self._files("source = %s", source)

    def open_batch(self, dataset: str, batch_id: str) -> None:
        self._db.changes(
            "INSERT INTO millrace_batches VALUES (%s, %s) ON CONFLICT DO NOTHING",
            *(dataset, batch_id),
        )

    def open_batches(self, dataset: str) -> Sequence[str]:
        found = self._db.rows(
            "SELECT batch_id FROM millrace_batches WHERE dataset = %s"
            ' ORDER BY batch_id COLLATE "C"',
            dataset,
        )
        return [str(row["batch_id"]) for row in found]

    def close_batch(self, dataset: str, batch_id: str) -> None:
        self._db.changes(
            "DELETE FROM millrace_batches WHERE dataset = %s AND batch_id = %s", dataset, batch_id
        )

    def acquire_lease(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        return self._db.changes(
            "INSERT INTO millrace_leases AS held VALUES (%s, %s, %s) ON CONFLICT (name) DO UPDATE"
            " SET holder = excluded.holder, lease_until = excluded.lease_until"
            " WHERE held.holder = excluded.holder OR held.lease_until <= %s",
            *(name, holder, until, now),
        )

    def release_lease(self, name: str, holder: str) -> None:
        self._db.changes(
            "DELETE FROM millrace_leases WHERE name = %s AND holder = %s", name, holder
        )

    def _files(self, condition: str, *values: str) -> Sequence[FileRecord]:
        found = self._db.rows(
            f'SELECT {_FILE} FROM millrace_files WHERE {condition} ORDER BY file_id COLLATE "C"',
            *values,
        )
        return [_file(row) for row in found]


def file_insertion(file: FileRecord) -> tuple[str, tuple[Any, ...]]:
    """The statement that adds a file version unless it is known, with its values."""
    return (
        f"INSERT INTO millrace_files ({_FILE}) VALUES ({_BOUND}) ON CONFLICT DO NOTHING",
        _values(file),
    )


def _values(file: FileRecord) -> tuple[Any, ...]:
    values = asdict(file) | {"status": file.status.value}
    return tuple(values[name] for name in _FILE_NAMES)


def _run(row: Mapping[str, Any]) -> RunRecord:
    return RunRecord(**{**row, "status": RunStatus(row["status"])})


def _file(row: Mapping[str, Any]) -> FileRecord:
    return FileRecord(**{**row, "status": FileStatus(row["status"])})
