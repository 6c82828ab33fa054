"""One run's work on one refined table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from millrace_contracts import (
    Dataset,
    Manifest,
    ManifestFile,
    QuarantinePrefix,
    dataset_prefix,
)
from millrace_etl.columns.evolving import evolved
from millrace_etl.commits.commit import Add, Commit, Remove
from millrace_etl.commits.footers import count_rows
from millrace_etl.commits.ledger import Ledger
from millrace_etl.commits.placing import data_files, partition_of, place_quarantine, place_rows
from millrace_etl.commits.snapshots import Snapshots
from millrace_etl.errors import SparkFailed, TooManyBadRows
from millrace_etl.ports import Engine, ObjectStore
from millrace_etl.reading.planning import plan_groups
from millrace_etl.runs.accounts import Stored, account, check_bad_rows, total
from millrace_etl.runs.rewriting import Rewrite
from millrace_etl.runs.upserting import Upsert
from millrace_etl.settings import Settings
from millrace_etl.work import Replay, Staged, Transform, Work

Columns = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RefinedTable:
    """The table of one dataset, for one attempt of one run that holds its lease."""

    settings: Settings
    store: ObjectStore
    engine: Engine
    ledger: Ledger
    spec: Dataset
    staging: str
    """Prefix in the refined bucket that is this attempt's own."""
    snapshots: Snapshots
    transform: Transform | None = None
    salt: str = field(default="", repr=False)

    def refine(self, manifest: Manifest) -> dict[str, int]:
        """Process the files that no commit has; answer the numbers of all the manifest's files.

        Args:
            manifest: The run's files.
        """
        last = self.ledger.recover()
        committed = self.ledger.commits_of(manifest.files)
        fresh = [file for file in manifest.files if file.key not in committed]
        keys = {file.key for file in manifest.files}
        earlier = [
            commit.numbers
            for commit in self.ledger.read(committed.values())
            if commit.files.keys() <= keys
        ]
        if not fresh:
            return total(earlier)
        kept = frozenset(
            add.key for each in self.ledger.read(committed.values()) for add in each.adds
        )
        number, commit = self.plan(fresh, last + 1, kept)
        self.ledger.append(number, commit)
        return total([*earlier, commit.numbers])

    def columns(self, last: int) -> Columns:
        """Columns of the table after commit ``last``."""
        return self.ledger.read([last])[0].columns if last else ()

    def plan(
        self,
        files: Sequence[ManifestFile],
        number: int,
        kept: frozenset[str],
        replay: Replay | None = None,
    ) -> tuple[int, Commit]:
        """Stage the rows of the files; answer the commit that puts them in place, and its number.

        Where the rows' types are wider than the table's, commit ``number`` writes the table anew
        with the wider types, and the rows' own commit is the next one.

        Args:
            files: Landed files to read.
            number: Of the commit.
            kept: Quarantine of this run that earlier commits have put in place.
            replay: Which records of the files are wanted; None is every one.
        """
        settings, store = self.settings, self.store
        schema = self.columns(number - 1)
        work = Work(
            spec=self.spec,
            transform=self.transform,
            run_id=settings.run_id,
            groups=plan_groups(store, self.spec, files),
            rows_uri=self._staging_uri("rows"),
            quarantine_uri=self._staging_uri("quarantine"),
            open_table=self.snapshots.open,
            own_table=self.snapshots.table(self.spec.name, schema) if schema else None,
            salt=self.salt,
            replay=replay,
        )
        committed = {} if replay else {file.key: file.sha256 for file in files}
        if not work.groups:
            return number, self._commit(committed, schema)
        staged = self._stage(work)
        rows, bad = self._staged_files("rows"), self._staged_files("quarantine")
        quarantine_adds, quarantine_removes = self._place_quarantine(bad, number, kept)
        columns = self._check(staged, schema, quarantine_adds, quarantine_removes)
        if self._widened(schema, columns, number):
            number += 1
            quarantine_adds, quarantine_removes = self._place_quarantine(bad, number, kept)
        stored = count_rows(store, settings.refined_bucket, rows)
        adds, removes, late = self._place_rows(staged, rows, columns, number)
        aside = count_rows(store, settings.refined_bucket, bad)
        numbers = account(staged.counts, Stored(stored, aside, late), len(adds))
        every_add, every_remove = (*adds, *quarantine_adds), (*removes, *quarantine_removes)
        return number, self._commit(committed, columns, every_add, every_remove, numbers)

    @property
    def rewrite(self) -> Rewrite:
        """Writes files of the table anew."""
        return Rewrite(self.settings, self.store, self.engine, self.spec, self.staging)

    def _widened(self, schema: Columns, columns: Columns, number: int) -> bool:
        """Write the table anew where a type is wider from now on; say whether it was.

        Spark 3.5 reads no file of INT32 as bigint, so that older files have to go.
        """
        wanted = tuple((name, dict(columns)[name]) for name, _ in schema)
        if wanted == schema:
            return False
        bucket, prefix = self.settings.refined_bucket, dataset_prefix(self.settings.dataset)
        keys = data_files(found.key for found in self.store.list(bucket, prefix))
        if not keys:
            return False
        self.ledger.append(number, self.rewrite.run(keys, schema, wanted, number))
        return True

    def _stage(self, work: Work) -> Staged:
        try:
            staged = self.engine.stage(work)
        except SparkFailed:
            self.snapshots.check()  # a file that was read may have been replaced
            raise
        self.snapshots.check()
        return staged

    def _check(
        self,
        staged: Staged,
        schema: Columns,
        adds: Sequence[Add],
        removes: Sequence[Remove],
    ) -> Columns:
        try:
            check_bad_rows(staged.counts, self.spec.on_bad_rows)
        except TooManyBadRows:
            # The bad rows are shown though nothing of the run reaches the table.
            self.ledger.place(adds, removes)
            raise
        write = self.spec.write
        return evolved(schema, staged.columns, write.schema_change, write.partition_by)

    def _place_rows(
        self, staged: Staged, rows: Sequence[str], columns: Columns, number: int
    ) -> tuple[tuple[Add, ...], tuple[Remove, ...], int]:
        settings, mode = self.settings, self.spec.write.mode
        prefix, late = f"{self.staging}rows/", 0
        existing: Sequence[str] = ()
        if mode != "append" and staged.counts.rows_kept:
            partitions = {partition_of(key, prefix) for key in rows}
            upsert = Upsert(settings, self.store, self.engine, self.spec, self.staging)
            if mode == "overwrite":
                existing = upsert.files_in(partitions)
            else:
                done = upsert.run(rows, partitions, columns)
                rows, existing, prefix, late = done.rows, done.existing, done.prefix, done.rows_late
        adds, removes = place_rows(
            rows,
            prefix,
            existing,
            dataset=settings.dataset,
            bucket=settings.refined_bucket,
            mode=mode,
            number=number,
        )
        return adds, removes, late

    def _place_quarantine(
        self, staged: Sequence[str], number: int, kept: frozenset[str]
    ) -> tuple[tuple[Add, ...], tuple[Remove, ...]]:
        bucket = self.settings.quarantine_bucket
        prefix = str(QuarantinePrefix(self.settings.dataset, self.settings.run_id))
        present = [found.key for found in self.store.list(bucket, prefix)]
        stale = [key for key in present if key not in kept]
        return place_quarantine(staged, stale, bucket=bucket, prefix=prefix, number=number)

    def _commit(
        self,
        files: dict[str, str],
        columns: Columns,
        adds: tuple[Add, ...] = (),
        removes: tuple[Remove, ...] = (),
        numbers: dict[str, int] | None = None,
    ) -> Commit:
        return Commit(
            run_id=self.settings.run_id,
            staging_prefix=self.staging,
            files=files,
            columns=columns,
            adds=adds,
            removes=removes,
            numbers=numbers if numbers is not None else total(()),
        )

    def _staged_files(self, part: str) -> list[str]:
        found = self.store.list(self.settings.refined_bucket, f"{self.staging}{part}/")
        return data_files(stored.key for stored in found)

    def _staging_uri(self, part: str) -> str:
        return f"s3://{self.settings.refined_bucket}/{self.staging}{part}/"
