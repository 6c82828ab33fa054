"""Run state in memory: for tests and dry runs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from millrace_contracts.state.records import (
    FileRecord,
    FileStatus,
    RunRecord,
    RunStatus,
    StageRecord,
)


class MemoryRunState:
    """RunState in dicts."""

    def __init__(self) -> None:
        self._runs: dict[str, RunRecord] = {}
        self._stages: dict[tuple[str, str], StageRecord] = {}
        self._files: dict[tuple[str, str], FileRecord] = {}
        self._leases: dict[str, tuple[str, datetime]] = {}
        self._batches: dict[str, set[str]] = {}
        self._consumed: set[tuple[str, str]] = set()
        self._announcing: dict[tuple[str, int], datetime] = {}
        self._announced: set[tuple[str, int]] = set()

    def start_run(self, run_id: str, dataset: str, at: datetime) -> None:
        self._runs.setdefault(run_id, RunRecord(run_id, dataset, RunStatus.RUNNING, at))

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
        self.start_run(run_id, dataset, at)
        self._runs[run_id] = replace(
            self._runs[run_id], status=status, ended_at=at, error=error, cause=cause
        )

    def run(self, run_id: str) -> RunRecord | None:
        return self._runs.get(run_id)

    def runs(self, dataset: str, limit: int = 50) -> Sequence[RunRecord]:
        found = [run for run in self._runs.values() if run.dataset == dataset]
        return sorted(found, key=lambda run: run.started_at, reverse=True)[:limit]

    def failed_runs(self, since: datetime, until: datetime) -> Sequence[RunRecord]:
        ended = [
            (run.ended_at, run)
            for run in self._runs.values()
            if run.status is RunStatus.FAILED and run.ended_at and since <= run.ended_at <= until
        ]
        return [run for _, run in sorted(ended, key=lambda pair: pair[0], reverse=True)]

    def claim_announcement(
        self, run_id: str, attempt: int, now: datetime, lease_until: datetime
    ) -> bool:
        held_until = self._announcing.get((run_id, attempt), now)
        if held_until > now or self.announced(run_id, attempt):
            return False
        self._announcing[run_id, attempt] = lease_until
        return True

    def release_announcement(self, run_id: str, attempt: int) -> None:
        self._announcing.pop((run_id, attempt), None)

    def settle_announcement(self, run_id: str, attempt: int) -> None:
        self._announced.add((run_id, attempt))

    def announced(self, run_id: str, attempt: int) -> bool:
        return (run_id, attempt) in self._announced

    def put_stage(self, stage: StageRecord) -> None:
        self._stages[stage.run_id, stage.stage] = stage

    def stages(self, run_id: str) -> Sequence[StageRecord]:
        found = [stage for stage in self._stages.values() if stage.run_id == run_id]
        return sorted(found, key=lambda stage: stage.started_at)

    def claim_file(self, claim: FileRecord, now: datetime) -> FileRecord | None:
        held = self._files.get((claim.dataset, claim.file_id))
        if held is not None:
            if held.status is FileStatus.LANDED:
                return None
            if held.lease_until > now and held.claimed_by != claim.claimed_by:
                return None
            claim = replace(
                claim,
                bucket=held.bucket,
                key=held.key,
                batch_id=held.batch_id,
                upload=claim.upload or held.upload,
            )
        self._files[claim.dataset, claim.file_id] = claim
        return claim

    def land_file(self, landed: FileRecord) -> bool:
        held = self._files.get((landed.dataset, landed.file_id))
        if held is None or held.claimed_by != landed.claimed_by:
            return False
        self._files[landed.dataset, landed.file_id] = replace(
            landed, status=FileStatus.LANDED, upload=""
        )
        self._consumed.discard((landed.batch_id, landed.file_id))
        return True

    def file(self, dataset: str, file_id: str) -> FileRecord | None:
        return self._files.get((dataset, file_id))

    def files(self, dataset: str) -> Sequence[FileRecord]:
        return self._files_where("dataset", dataset)

    def files_of_batch(self, batch_id: str) -> Sequence[FileRecord]:
        found = self._files_where("batch_id", batch_id)
        return [
            file
            for file in found
            if file.status is FileStatus.LANDED and (batch_id, file.file_id) not in self._consumed
        ]

    def consume_files(self, batch_id: str, file_ids: Collection[str]) -> None:
        self._consumed.update((batch_id, file_id) for file_id in file_ids)

    def files_of_source(self, source: str) -> Sequence[FileRecord]:
        return self._files_where("source", source)

    def open_batch(self, dataset: str, batch_id: str) -> None:
        self._batches.setdefault(dataset, set()).add(batch_id)

    def open_batches(self, dataset: str) -> Sequence[str]:
        return sorted(self._batches.get(dataset, ()))

    def close_batch(self, dataset: str, batch_id: str) -> None:
        self._batches.get(dataset, set()).discard(batch_id)

    def acquire_lease(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        held = self._leases.get(name)
        if held is not None and held[0] != holder and held[1] > now:
            return False
        self._leases[name] = (holder, until)
        return True

    def release_lease(self, name: str, holder: str) -> None:
        if self._leases.get(name, ("",))[0] == holder:
            del self._leases[name]

    def _files_where(self, name: str, value: str) -> Sequence[FileRecord]:
        found = [file for file in self._files.values() if getattr(file, name) == value]
        return sorted(found, key=lambda file: file.file_id)
