"""Which of the table's files a run's rows replace, and what they are replaced with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from millrace_contracts import Dataset, dataset_prefix
from millrace_etl.commits.footers import count_rows
from millrace_etl.commits.placing import data_files, partition_of
from millrace_etl.errors import ConservationBroken
from millrace_etl.ports import Engine, ObjectStore
from millrace_etl.settings import Settings
from millrace_etl.work import Merge


@dataclass(frozen=True, slots=True)
class Upserted:
    """Files to add and files that they stand for."""

    rows: Sequence[str]
    existing: Sequence[str]
    prefix: str
    """What the files to add have in common before their partition."""
    rows_late: int = 0
    """Staged rows for whose key the table has a later one."""


@dataclass(frozen=True, slots=True)
class Upsert:
    """The merge of one attempt's staged rows with its table."""

    settings: Settings
    store: ObjectStore
    engine: Engine
    spec: Dataset
    staging: str

    def run(
        self, rows: Sequence[str], partitions: set[str], columns: tuple[tuple[str, str], ...]
    ) -> Upserted:
        """Merge where the table may hold rows of the same keys.

        Args:
            rows: Keys of the staged files.
            partitions: Those the staged rows are in.
            columns: Columns of the table from this commit on.

        Raises:
            ConservationBroken: The merged files do not hold the rows that were counted.
        """
        bucket, prefix = self.settings.refined_bucket, dataset_prefix(self.spec.name)
        merge = Merge(
            staged_uri=f"s3://{bucket}/{self.staging}rows/",
            table_uri=f"s3://{bucket}/{prefix}",
            existing=(),
            keys=self.spec.keys,
            partition_by=self.spec.write.partition_by,
            columns=columns,
            merged_uri=f"s3://{bucket}/{self.staging}merged/",
            order_by=self.spec.write.order_by,
        )
        if not set(merge.partition_by) <= set(merge.keys):
            # A key's row may have moved here from any partition of the table.
            every = tuple(f"s3://{bucket}/{key}" for key in self.files_in(None))
            if every:
                found = self.engine.files_to_rewrite(replace(merge, existing=every))
                keys = (uri.removeprefix(f"s3://{bucket}/") for uri in found)
                partitions = partitions | {partition_of(key, prefix) for key in keys}
        existing = self.files_in(partitions)
        if not existing:
            return Upserted(rows, (), f"{self.staging}rows/")
        uris = tuple(f"s3://{bucket}/{key}" for key in existing)
        merged = self.engine.merge(replace(merge, existing=uris))
        files = data_files(found.key for found in self.store.list(bucket, f"{self.staging}merged/"))
        staged, written = (count_rows(self.store, bucket, keys) for keys in (rows, files))
        if written != merged.rows_staged + merged.rows_existing:
            raise ConservationBroken(
                f"the merged files hold {written} rows, of {merged.rows_staged} staged and "
                f"{merged.rows_existing} of the table"
            )
        return Upserted(files, existing, f"{self.staging}merged/", staged - merged.rows_staged)

    def files_in(self, partitions: set[str] | None) -> Sequence[str]:
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
