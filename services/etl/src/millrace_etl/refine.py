"""The use case: the landed files of one run become rows of the refined table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from millrace_contracts import DatasetRefined, StagingPrefix
from millrace_contracts.state import RunState, StageRecord, StageStatus
from millrace_etl.columns.masking import needs_salt
from millrace_etl.commits.lease import Lease, LeaseTerms
from millrace_etl.commits.ledger import Ledger
from millrace_etl.commits.snapshots import Snapshots
from millrace_etl.errors import EtlError, SecretMissing
from millrace_etl.ports import Engine, Lineage, ObjectStore, Traced
from millrace_etl.runs.compacting import compact
from millrace_etl.runs.deployed import read_manifest, read_spec, read_transform
from millrace_etl.runs.replaying import replay
from millrace_etl.runs.table import RefinedTable
from millrace_etl.settings import Settings


def no_salt() -> str:
    """Where no secret is given, personal data cannot be hashed. Raises SecretMissing."""
    raise SecretMissing("a column is declared with pii, and the job has no --pii_secret")


@dataclass(frozen=True, slots=True)
class Refine:
    """Refine a run's files, with everything it touches passed in."""

    settings: Settings
    attempt: str
    """Unique to this process."""
    store: ObjectStore
    state: RunState
    engine: Engine
    lineage: Lineage
    now: Callable[[], datetime]
    lease_terms: LeaseTerms = field(default_factory=LeaseTerms)
    salt: Callable[[], str] = no_salt
    """Answers the secret for personal data. Raises SecretMissing."""

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
        self.lineage.started()
        try:
            traced = self._refine()
        except Exception as exc:
            error = type(exc).__name__
            self.lineage.failed(f"{error}: {' '.join(str(exc).split())}")
            self.state.put_stage(
                replace(record, status=StageStatus.FAILED, ended_at=self.now(), error=error)
            )
            raise
        numbers = dict(traced.numbers)
        self.lineage.completed(traced)
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

    def _refine(self) -> Traced:
        settings, store = self.settings, self.store
        spec = read_spec(store, settings.artifacts_bucket, settings.dataset)
        transform = read_transform(store, settings.artifacts_bucket, settings.dataset)
        salt = self.salt() if needs_salt(spec.columns) else ""
        lease = Lease(
            self.state, f"refined/{settings.dataset}", self.attempt, self.now, self.lease_terms
        )
        with lease.held():
            ledger = self._ledger(settings.dataset, lease.check)
            staging = str(StagingPrefix(settings.dataset, self.attempt))
            snapshots = Snapshots(
                store, lambda dataset: self._ledger(dataset, lease.check), settings.refined_bucket
            )
            table = RefinedTable(
                settings, store, self.engine, ledger, spec, staging, snapshots, transform, salt
            )
            try:
                numbers = self._work(table)
                return Traced(numbers, table.columns(ledger.state()[0]), snapshots.tables_read)
            except EtlError:
                ledger.sweep(table.staging)
                raise

    def _work(self, table: RefinedTable) -> dict[str, int]:
        settings = self.settings
        if settings.mode == "compact":
            return compact(table)
        if settings.mode == "replay":
            return replay(table)
        return table.refine(
            read_manifest(
                self.store, settings.manifest_bucket, settings.manifest_key, settings.dataset
            )
        )

    def _ledger(self, dataset: str, still_held: Callable[[], None]) -> Ledger:
        return Ledger(
            self.store,
            self.settings.artifacts_bucket,
            self.settings.refined_bucket,
            dataset,
            still_held,
        )
