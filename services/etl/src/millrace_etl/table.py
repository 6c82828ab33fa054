"""One run's work on one refined table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from millrace_contracts import Dataset, Manifest, ManifestFile, QuarantinePrefix, dataset_prefix
from millrace_etl.accounts import Stored, account, check_bad_rows, total
from millrace_etl.commits import Add, Commit, Remove
from millrace_etl.errors import SchemaChanged, TooManyBadRows
from millrace_etl.footers import count_rows
from millrace_etl.ledger import Ledger
from millrace_etl.placing import data_files, partition_of, place_quarantine, place_rows
from millrace_etl.planning import plan_groups
from millrace_etl.ports import Engine, ObjectStore
from millrace_etl.settings import Settings
from millrace_etl.work import Merge, Staged, Work


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

    def refine(self, manifest: Manifest, transform: str | None) -> dict[str, int]:
        """Process the files that no commit has; answer the numbers of all the manifest's files.

        Args:
            manifest: The run's files.
            transform: Text of ``transform.sql``.
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
        schema = self.ledger.read([last])[0].columns if last else ()
        kept = frozenset(
            add.key for each in self.ledger.read(committed.values()) for add in each.adds
        )
        commit = self._commit(fresh, transform, schema, last + 1, kept)
        self.ledger.append(last + 1, commit)
        return total([*earlier, commit.numbers])

    def _commit(
        self,
        files: Sequence[ManifestFile],
        transform: str | None,
        schema: tuple[tuple[str, str], ...],
        number: int,
        kept: frozenset[str],
    ) -> Commit:
        settings, store = self.settings, self.store
        work = Work(
            spec=self.spec,
            transform=transform,
            run_id=settings.run_id,
            groups=plan_groups(store, self.spec, files),
            rows_uri=self._staging_uri("rows"),
            quarantine_uri=self._staging_uri("quarantine"),
        )
        staged = self.engine.stage(work) if work.groups else None
        if staged is None:
            return self._empty(files, schema)
        rows, bad = self._staged_files("rows"), self._staged_files("quarantine")
        quarantine_adds, quarantine_removes = self._place_quarantine(bad, number, kept)
        self._check(staged, schema, quarantine_adds, quarantine_removes)
        stored = Stored(
            count_rows(store, settings.refined_bucket, rows),
            count_rows(store, settings.refined_bucket, bad),
        )
        adds, removes = self._place_rows(staged, rows, number)
        return Commit(
            run_id=settings.run_id,
            staging_prefix=self.staging,
            files={file.key: file.sha256 for file in files},
            columns=staged.columns,
            adds=(*adds, *quarantine_adds),
            removes=(*removes, *quarantine_removes),
            numbers=account(staged.counts, stored, len(adds)),
        )

    def _check(
        self,
        staged: Staged,
        schema: tuple[tuple[str, str], ...],
        adds: Sequence[Add],
        removes: Sequence[Remove],
    ) -> None:
        try:
            check_bad_rows(staged.counts, self.spec.on_bad_rows)
        except TooManyBadRows:
            # The bad rows are shown though nothing of the run reaches the table.
            self.ledger.place(adds, removes)
            raise
        if schema and dict(schema) != dict(staged.columns):
            raise SchemaChanged(
                f"the refined rows have {_columns(staged.columns)}; "
                f"the table has {_columns(schema)}"
            )

    def _place_rows(
        self, staged: Staged, rows: Sequence[str], number: int
    ) -> tuple[tuple[Add, ...], tuple[Remove, ...]]:
        settings, mode = self.settings, self.spec.write.mode
        prefix = f"{self.staging}rows/"
        partitions = {partition_of(key, prefix) for key in rows}
        existing: Sequence[str] = ()
        if mode != "append" and staged.counts.rows_kept:
            existing = self._existing(partitions)
        if mode == "upsert" and staged.counts.rows_kept:
            rows, existing, prefix = self._merge(staged, rows, partitions)
        return place_rows(
            rows,
            prefix,
            existing,
            dataset=settings.dataset,
            bucket=settings.refined_bucket,
            mode=mode,
            number=number,
        )

    def _merge(
        self, staged: Staged, rows: Sequence[str], partitions: set[str]
    ) -> tuple[Sequence[str], Sequence[str], str]:
        """Answer the files to add, the table's files they stand for, and the files' prefix."""
        bucket = self.settings.refined_bucket
        merge = Merge(
            staged_uri=self._staging_uri("rows"),
            table_uri=f"s3://{bucket}/{dataset_prefix(self.spec.name)}",
            existing=(),
            keys=self.spec.keys,
            partition_by=self.spec.write.partition_by,
            columns=staged.columns,
            merged_uri=self._staging_uri("merged"),
        )
        if not set(merge.partition_by) <= set(merge.keys):
            # A key's row may have moved here from any partition of the table.
            every = tuple(f"s3://{bucket}/{key}" for key in self._existing(None))
            if every:
                found = self.engine.files_to_rewrite(replace(merge, existing=every))
                keys = (uri.removeprefix(f"s3://{bucket}/") for uri in found)
                prefix = dataset_prefix(self.spec.name)
                partitions = partitions | {partition_of(key, prefix) for key in keys}
        existing = self._existing(partitions)
        if not existing:
            return rows, (), f"{self.staging}rows/"
        uris = tuple(f"s3://{bucket}/{key}" for key in existing)
        self.engine.merge(replace(merge, existing=uris))
        return self._staged_files("merged"), existing, f"{self.staging}merged/"

    def _existing(self, partitions: set[str] | None) -> Sequence[str]:
        """Files of the table in these partitions; None is every partition."""
        bucket, table = self.settings.refined_bucket, dataset_prefix(self.spec.name)
        if partitions is None or not self.spec.write.partition_by:
            return data_files(found.key for found in self.store.list(bucket, table))
        return [
            key
            for partition in sorted(partitions)
            for key in data_files(
                found.key for found in self.store.list(bucket, f"{table}{partition}/")
            )
        ]

    def _place_quarantine(
        self, staged: Sequence[str], number: int, kept: frozenset[str]
    ) -> tuple[tuple[Add, ...], tuple[Remove, ...]]:
        bucket = self.settings.quarantine_bucket
        prefix = str(QuarantinePrefix(self.settings.dataset, self.settings.run_id))
        present = [found.key for found in self.store.list(bucket, prefix)]
        stale = [key for key in present if key not in kept]
        return place_quarantine(staged, stale, bucket=bucket, prefix=prefix, number=number)

    def _empty(self, files: Sequence[ManifestFile], schema: tuple[tuple[str, str], ...]) -> Commit:
        return Commit(
            run_id=self.settings.run_id,
            staging_prefix=self.staging,
            files={file.key: file.sha256 for file in files},
            columns=schema,
            adds=(),
            removes=(),
            numbers=total(()),
        )

    def _staged_files(self, part: str) -> list[str]:
        found = self.store.list(self.settings.refined_bucket, f"{self.staging}{part}/")
        return data_files(stored.key for stored in found)

    def _staging_uri(self, part: str) -> str:
        return f"s3://{self.settings.refined_bucket}/{self.staging}{part}/"


def _columns(columns: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in columns)
