"""The use case: take note that a run has processed its files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from millrace_contracts import RunSucceeded
from millrace_contracts.state import FileStatus, RunState, RunStatus
from millrace_ingest.ports import Artifacts

_ABANDONED_AFTER = timedelta(days=1)
"""A run that still counts as running by then has lost its state machine."""


@dataclass(frozen=True, slots=True)
class AcknowledgeRun:
    """Acknowledge runs, with everything it touches passed in."""

    state: RunState
    artifacts: Artifacts
    now: Callable[[], datetime]

    def acknowledge(self, dataset: str, run_id: str) -> RunSucceeded:
        """Record that the files of the run's manifest are processed, and the run SUCCEEDED.

        Files leave their batches one by one, so what another run has landed since the manifest was
        written stays for the next run. Calling it again changes nothing.

        Raises:
            ManifestMissing: The run landed nothing.
            StoreUnavailable: S3 asked to retry.
        """
        manifest = self.artifacts.manifest(run_id)
        processed = {file.key for file in manifest.files}
        for batch_id in {*self.state.open_batches(dataset), run_id}:
            files = self.state.files_of_batch(batch_id)
            consumed = [file.file_id for file in files if file.key in processed]
            if consumed:
                self.state.consume_files(batch_id, consumed)
            if len(consumed) == len(files) and self._is_over(dataset, batch_id, run_id):
                self.state.close_batch(dataset, batch_id)
        run = self.state.run(run_id)
        if run is not None and run.status is RunStatus.SUCCEEDED and run.ended_at:
            succeeded_at = run.ended_at
        else:
            succeeded_at = self.now()
            self.state.end_run(run_id, dataset, RunStatus.SUCCEEDED, succeeded_at)
        return RunSucceeded(
            dataset=dataset,
            run_id=run_id,
            files=len(manifest.files),
            succeeded_at=succeeded_at,
        )

    def _is_over(self, dataset: str, batch_id: str, run_id: str) -> bool:
        """Whether nobody is landing into the batch."""
        now = self.now()
        if any(
            file.batch_id == batch_id
            and file.status is FileStatus.CLAIMED
            and file.lease_until > now
            for file in self.state.files(dataset)
        ):
            return False
        run = self.state.run(batch_id)
        return (
            batch_id == run_id
            or run is None
            or run.status is not RunStatus.RUNNING
            or run.started_at + _ABANDONED_AFTER < now
        )
