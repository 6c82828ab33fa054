"""The use case: land what is new at a dataset's source, and say what the run has to process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from millrace_contracts import BatchLanded
from millrace_contracts.state import FileRecord, FileStatus, RunState
from millrace_ingest.batches import Batch, opened_batch
from millrace_ingest.copying import Copying
from millrace_ingest.errors import LeaseLost, SourceTooSlow
from millrace_ingest.leases import LEASE, RENEW_AFTER, ClaimLease, TimeSpent
from millrace_ingest.ledger import Ledger
from millrace_ingest.ports import Artifacts, Connect, Landing, Source
from millrace_ingest.versions import SourceFile

_LOOK_AGAIN_S = 1.0


@dataclass(frozen=True, slots=True)
class _Call:
    """What one call of ``land`` works with."""

    dataset: str
    run_id: str
    began_at: datetime
    deadline: datetime
    source: Source
    ledger: Ledger


@dataclass(frozen=True, slots=True)
class LandFiles:
    """Land files, with everything it touches passed in."""

    state: RunState
    artifacts: Artifacts
    landing: Landing
    connect: Connect
    now: Callable[[], datetime]
    sleep: Callable[[float], None]

    def land(self, dataset: str, run_id: str, deadline: datetime) -> BatchLanded:
        """Land every new file version of the source, each once.

        Killed at any moment and called again, by the same run or another, it goes on where it was,
        under the same keys. The answer's manifest holds the files of every batch that no
        successful run has processed; it is written only if there are any.

        Args:
            dataset: Name of a deployed dataset.
            run_id: The run; also the id of the batch that its new files form.
            deadline: After it no further file is begun, and the answer says ``more``.

        Raises:
            TerminalError: The dataset or its source is missing or malformed.
            TransientError: The source or AWS asks to retry, a file changed while it was read, or
                another run holds the only new files.
        """
        with opened_batch(self.state, self.artifacts, self.now, dataset, run_id, deadline) as batch:
            return self.land_batch(batch)

    def land_batch(self, batch: Batch) -> BatchLanded:
        """What ``land`` does, for a run whose record is open."""
        spec = batch.spec
        ledger = Ledger(self.state.files(spec.name))
        with self.connect(spec.source) as source:
            call = _Call(spec.name, batch.run_id, batch.began_at, batch.deadline, source, ledger)
            held, more, unsettled = self._land_new(call)
        numbers = _numbers(ledger, batch.run_id, pending=len(held) + unsettled)
        return batch.pause(numbers) if more else batch.conclude(numbers, len(held))

    def _land_new(self, call: _Call) -> tuple[Sequence[SourceFile], bool, int]:
        """Land what is new.

        Returns:
            What is left of it, whether time ran out, and how many files are still being written.
        """
        listed = call.source.files()
        new = [file for file in listed if not call.ledger.has_landed(file)]
        for file in listed:
            if call.ledger.has_landed(file):
                call.source.release(file)
        settled = self._settled(call, new)
        if settled:
            self.state.open_batch(call.dataset, call.run_id)
        held, unread = self._land_each(call, settled, is_first=True)
        patience_ends = min(self.now() + LEASE + RENEW_AFTER, call.deadline)
        while held and not unread and self.now() < patience_ends:
            self.sleep(_LOOK_AGAIN_S)
            held, unread = self._land_each(call, held, is_first=len(held) == len(settled))
        return (*held, *unread), bool(unread), len(new) - len(settled)

    def _settled(self, call: _Call, new: Sequence[SourceFile]) -> Sequence[SourceFile]:
        """Files that are not being written: their listing stays the same for the declared time."""
        if not call.source.settle_s or all(call.ledger.is_known(file) for file in new):
            return new
        self.sleep(call.source.settle_s)
        again = set(call.source.files())
        return [file for file in new if file in again]

    def _land_each(
        self, call: _Call, files: Sequence[SourceFile], *, is_first: bool
    ) -> tuple[Sequence[SourceFile], Sequence[SourceFile]]:
        """Land files until time runs out; answer those that another run holds, and the unread.

        A call's first file is always begun, so that every call gets further.
        """
        held: list[SourceFile] = []
        for place, file in enumerate(files):
            try:
                if self.now() >= call.deadline and not is_first:
                    return held, files[place:]
                if self._land_one(call, file):
                    is_first = False
                else:
                    held.append(file)
            except TimeSpent as spent:
                if is_first and not spent.is_further:
                    raise SourceTooSlow(
                        f"{file.source} ({file.size_bytes} bytes): not one part within a whole call"
                    ) from None
                return held, files[place:]
        return held, ()

    def _land_one(self, call: _Call, file: SourceFile) -> bool:
        """Land one version; False when another run holds it."""
        now = self.now()
        key = call.ledger.plan_key(
            call.dataset, call.began_at.astimezone(UTC).date(), call.run_id, file
        )
        claim = self.state.claim_file(
            FileRecord(
                dataset=call.dataset,
                file_id=file.file_id,
                source=file.source,
                status=FileStatus.CLAIMED,
                bucket=self.landing.bucket,
                key=str(key),
                batch_id=call.run_id,
                claimed_by=call.run_id,
                lease_until=now + LEASE,
                size_bytes=file.size_bytes,
            ),
            now,
        )
        if claim is None:
            return self._has_landed_elsewhere(call, file)
        if claim.batch_id != call.run_id:
            self.state.open_batch(call.dataset, claim.batch_id)
        copying = Copying(call.source, self.landing, call.ledger, self.now)
        landed = copying.copy(file, ClaimLease(self.state, claim, call.deadline, self.now))
        if not self.state.land_file(landed):
            raise LeaseLost(f"{file.source} was taken over by another run")
        if landed.key != claim.key:
            # The object was landed, and perhaps processed, as another version.
            self.state.consume_files(landed.batch_id, [file.file_id])
        call.ledger.add(landed)
        call.source.release(file)
        return True

    def _has_landed_elsewhere(self, call: _Call, file: SourceFile) -> bool:
        record = self.state.file(call.dataset, file.file_id)
        if record is None or record.status is not FileStatus.LANDED:
            return False
        call.ledger.add(record)
        return True


def _numbers(ledger: Ledger, run_id: str, *, pending: int) -> dict[str, int]:
    landed = ledger.landed_by(run_id)
    return {
        "files_landed": len(landed),
        "bytes_landed": sum(file.size_bytes for file in landed),
        "files_pending": pending,
    }
