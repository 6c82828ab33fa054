"""What services need of run state, as a protocol."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from millrace_contracts.state.records import FileRecord, RunRecord, RunStatus, StageRecord


class RunState(Protocol):
    """Records of runs, stages, files and batches; every write may be repeated."""

    def start_run(self, run_id: str, dataset: str, at: datetime) -> None:
        """Record a run as RUNNING. A run that is already known keeps its start."""
        ...

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
        """Record how a run ended, also when it never recorded its start."""
        ...

    def run(self, run_id: str) -> RunRecord | None:
        """One run; None when it is unknown."""
        ...

    def runs(self, dataset: str, limit: int = 50) -> Sequence[RunRecord]:
        """Runs of a dataset, latest start first."""
        ...

    def failed_runs(self, since: datetime, until: datetime) -> Sequence[RunRecord]:
        """Failed runs of every dataset that ended in [since, until], latest end first."""
        ...

    def claim_announcement(
        self, run_id: str, attempt: int, now: datetime, lease_until: datetime
    ) -> bool:
        """Take the right to announce this attempt's failure.

        Args:
            run_id: The run.
            attempt: How often it had been redriven before it failed.
            now: Moment of the claim; a lease that ended before it is lost.
            lease_until: When the right is lost unless the announcement is settled.

        Returns:
            False when the failure has been announced or another announcer holds the right.
        """
        ...

    def release_announcement(self, run_id: str, attempt: int) -> None:
        """Give the right back unless the failure has been announced."""
        ...

    def settle_announcement(self, run_id: str, attempt: int) -> None:
        """Record that people have been told: nobody gets the right again."""
        ...

    def announced(self, run_id: str, attempt: int) -> bool:
        """Whether people have been told of this attempt's failure."""
        ...

    def put_stage(self, stage: StageRecord) -> None:
        """Record a stage; the latest record of a run's stage counts."""
        ...

    def stages(self, run_id: str) -> Sequence[StageRecord]:
        """Stages of a run, earliest start first."""
        ...

    def claim_file(self, claim: FileRecord, now: datetime) -> FileRecord | None:
        """Take the right to land one file version.

        Args:
            claim: A record in status CLAIMED.
            now: Moment of the claim; a lease that ended before it is lost.

        Returns:
            The record to land under: the claim itself, or, where an earlier worker lost its lease,
            that worker's ``key``, ``batch_id`` and (unless the claim has its own) ``upload`` under
            the new lease. None when the version has landed or another worker holds it.
        """
        ...

    def land_file(self, landed: FileRecord) -> bool:
        """Record a claimed file as LANDED; False when the lease has gone to another run."""
        ...

    def file(self, dataset: str, file_id: str) -> FileRecord | None:
        """One file version; None when it is unknown."""
        ...

    def files(self, dataset: str) -> Sequence[FileRecord]:
        """Every file version of a dataset; never misses one."""
        ...

    def files_of_batch(self, batch_id: str) -> Sequence[FileRecord]:
        """File versions landed in the batch and not consumed, by ``file_id``; never misses one."""
        ...

    def consume_files(self, batch_id: str, file_ids: Collection[str]) -> None:
        """Record that a successful run has processed these files of the batch."""
        ...

    def files_of_source(self, source: str) -> Sequence[FileRecord]:
        """Every version seen of one source path."""
        ...

    def open_batch(self, dataset: str, batch_id: str) -> None:
        """Record that a batch holds files which no successful run has processed."""
        ...

    def open_batches(self, dataset: str) -> Sequence[str]:
        """Batches opened and not closed, in the order of their ids."""
        ...

    def close_batch(self, dataset: str, batch_id: str) -> None:
        """Record that a successful run has processed the batch."""
        ...

    def acquire_lease(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        """Take or extend the right to be the only one who works on ``name``.

        Args:
            name: What is worked on, as ``refined/flights``.
            holder: Unique to the process, so that a second attempt of a run waits for the first.
            now: Moment of the claim; a lease that ended before it is lost.
            until: When the right is lost unless it is extended.

        Returns:
            False when another holder has it.
        """
        ...

    def release_lease(self, name: str, holder: str) -> None:
        """Give the right back; nothing happens when it is another's."""
        ...
