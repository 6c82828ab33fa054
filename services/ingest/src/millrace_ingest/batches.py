"""One call's work for a run: its record, and the answer with all that the run has to process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from millrace_contracts import BatchLanded, Dataset, Manifest, ManifestFile, ManifestKey
from millrace_contracts.state import RunState, RunStatus, StageRecord, StageStatus
from millrace_ingest.errors import FilesHeld, IngestError
from millrace_ingest.ports import Artifacts


@dataclass(frozen=True, slots=True)
class Batch:
    """A run that is landing, with the spec of its dataset."""

    spec: Dataset
    run_id: str
    began_at: datetime
    deadline: datetime
    """Of the call, not of the run."""
    state: RunState
    artifacts: Artifacts
    now: Callable[[], datetime]

    def pause(self, numbers: Mapping[str, int]) -> BatchLanded:
        """Answer that there is more to land."""
        self.state.put_stage(replace(self._stage(), numbers=numbers))
        return self._answer(self._waiting(), more=True)

    def conclude(self, numbers: Mapping[str, int], held: int) -> BatchLanded:
        """Write the manifest, if there is anything to process, and answer it.

        Args:
            numbers: Of the run's stage.
            held: How many new files or segments another run is landing.

        Raises:
            FilesHeld: Those are all there is.
        """
        files = self._waiting()
        if files:
            manifest = Manifest(dataset=self.spec.name, run_id=self.run_id, files=files)
            self.artifacts.put_manifest(manifest)
        elif held:
            raise FilesHeld(f"{held} new files are being landed by another run")
        else:
            self.state.end_run(self.run_id, self.spec.name, RunStatus.NOTHING_NEW, self.now())
        answer = self._answer(files, more=False)
        done = replace(self._stage(), status=StageStatus.SUCCEEDED, ended_at=self.now())
        self.state.put_stage(replace(done, numbers=numbers))
        return answer

    def _stage(self) -> StageRecord:
        return _stage(self.run_id, self.spec.name, self.began_at)

    def _waiting(self) -> tuple[ManifestFile, ...]:
        """Landed files that no successful run has processed, in the order they landed."""
        batches = {*self.state.open_batches(self.spec.name), self.run_id}
        files = {
            file.key: ManifestFile(
                bucket=file.bucket,
                key=file.key,
                size_bytes=file.size_bytes,
                sha256=file.sha256,
                source=file.source,
                landed_at=file.landed_at,
            )
            for batch_id in sorted(batches)
            for file in self.state.files_of_batch(batch_id)
            if file.landed_at is not None
        }
        return tuple(sorted(files.values(), key=lambda file: (file.landed_at, file.key)))

    def _answer(self, files: Sequence[ManifestFile], *, more: bool) -> BatchLanded:
        return BatchLanded(
            dataset=self.spec.name,
            run_id=self.run_id,
            manifest_bucket=self.artifacts.bucket,
            manifest_key=str(ManifestKey(self.run_id)),
            files=len(files),
            size_bytes=sum(file.size_bytes for file in files),
            more=more,
            landed_at=self.now(),
        )


@contextmanager
def opened_batch(
    state: RunState,
    artifacts: Artifacts,
    now: Callable[[], datetime],
    dataset: str,
    run_id: str,
    deadline: datetime,
) -> Iterator[Batch]:
    """Record the run and its stage; an error of ours is recorded as the stage's, and raised.

    Raises:
        TerminalError: The dataset's spec is missing or malformed.
        TransientError: AWS asks to retry.
    """
    began_at = now()
    state.start_run(run_id, dataset, began_at)
    run = state.run(run_id)
    if run is not None:
        began_at = run.started_at
    stage = _stage(run_id, dataset, began_at)
    state.put_stage(stage)
    try:
        yield Batch(artifacts.spec(dataset), run_id, began_at, deadline, state, artifacts, now)
    except IngestError as exc:
        error = f"{type(exc).__name__}: {exc}"
        state.put_stage(replace(stage, status=StageStatus.FAILED, ended_at=now(), error=error))
        raise


def _stage(run_id: str, dataset: str, began_at: datetime) -> StageRecord:
    return StageRecord(run_id, dataset, "ingest", StageStatus.RUNNING, began_at)
