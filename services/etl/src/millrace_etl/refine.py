"""The use case: the landed files of one run become rows of the refined table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from millrace_contracts import DatasetRefined, StagingPrefix
from millrace_contracts.state import RunState, StageRecord, StageStatus
from millrace_etl.deployed import read_manifest, read_spec, read_transform
from millrace_etl.errors import EtlError
from millrace_etl.lease import Lease, LeaseTerms
from millrace_etl.ledger import Ledger
from millrace_etl.ports import Engine, ObjectStore
from millrace_etl.settings import Settings
from millrace_etl.table import RefinedTable


@dataclass(frozen=True, slots=True)
class Refine:
    """Refine a run's files, with everything it touches passed in."""

    settings: Settings
    attempt: str
    """Unique to this process."""
    store: ObjectStore
    state: RunState
    engine: Engine
    now: Callable[[], datetime]
    lease_terms: LeaseTerms = field(default_factory=LeaseTerms)

    def run(self) -> DatasetRefined:
        """Process the manifest's files that no commit has processed yet.

        Doing it again, by this or another run, leaves the same table and gives the same numbers.

        Raises:
            TerminalError: The same input cannot succeed.
            TransientError: It may succeed when it is tried again.
        """
        record = StageRecord(
            self.settings.run_id, self.settings.dataset, "etl", StageStatus.RUNNING, self.now()
        )
        self.state.put_stage(record)
        try:
            numbers = self._refine()
        except Exception as exc:
            error = type(exc).__name__
            self.state.put_stage(
                replace(record, status=StageStatus.FAILED, ended_at=self.now(), error=error)
            )
            raise
        ended_at = self.now()
        self.state.put_stage(
            replace(record, status=StageStatus.SUCCEEDED, ended_at=ended_at, numbers=numbers)
        )
        return DatasetRefined(
            dataset=self.settings.dataset,
            run_id=self.settings.run_id,
            refined_at=ended_at,
            **numbers,
        )

    def _refine(self) -> dict[str, int]:
        settings = self.settings
        spec = read_spec(self.store, settings.artifacts_bucket, settings.dataset)
        transform = read_transform(self.store, settings.artifacts_bucket, settings.dataset)
        manifest = read_manifest(
            self.store, settings.manifest_bucket, settings.manifest_key, settings.dataset
        )
        lease = Lease(
            self.state,
            f"refined/{settings.dataset}",
            self.attempt,
            self.now,
            self.lease_terms,
        )
        with lease.held():
            ledger = Ledger(
                self.store,
                settings.artifacts_bucket,
                settings.refined_bucket,
                settings.dataset,
                lease.check,
            )
            staging = str(StagingPrefix(settings.dataset, self.attempt))
            table = RefinedTable(settings, self.store, self.engine, ledger, spec, staging)
            try:
                return table.refine(manifest, transform)
            except EtlError:
                ledger.sweep(table.staging)
                raise
