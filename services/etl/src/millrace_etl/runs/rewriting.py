"""A commit that holds the same rows in other files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from millrace_contracts import Dataset, dataset_prefix
from millrace_etl.commits.commit import Commit
from millrace_etl.commits.footers import count_rows
from millrace_etl.commits.placing import data_files, place_rows
from millrace_etl.errors import ConservationBroken
from millrace_etl.ports import Engine, ObjectStore
from millrace_etl.runs.accounts import total
from millrace_etl.settings import Settings
from millrace_etl.work import Compaction, TableFiles

Columns = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Writes files of one attempt's table anew."""

    settings: Settings
    store: ObjectStore
    engine: Engine
    spec: Dataset
    staging: str

    def run(self, keys: Sequence[str], columns: Columns, wanted: Columns, number: int) -> Commit:
        """The commit that puts the new files in the place of the old ones.

        Args:
            keys: Of the table's files.
            columns: That they have.
            wanted: That the new files have: the same, or wider types.
            number: Of the commit.

        Raises:
            ConservationBroken: The new files do not hold as many rows as the old ones.
        """
        settings, store = self.settings, self.store
        bucket, prefix = settings.refined_bucket, dataset_prefix(settings.dataset)
        uris = tuple(f"s3://{bucket}/{key}" for key in keys)
        rewritten = f"{self.staging}rewritten/"
        self.engine.compact(
            Compaction(
                TableFiles(settings.dataset, f"s3://{bucket}/{prefix}", uris, columns),
                wanted,
                self.spec.write.partition_by,
                f"s3://{bucket}/{rewritten}",
            )
        )
        staged = data_files(found.key for found in store.list(bucket, rewritten))
        before, after = (count_rows(store, bucket, each) for each in (keys, staged))
        if before != after:
            raise ConservationBroken(f"{before} rows were written anew as {after}")
        adds, removes = place_rows(
            staged,
            rewritten,
            keys,
            dataset=settings.dataset,
            bucket=bucket,
            mode="overwrite",
            number=number,
        )
        return Commit(
            run_id=settings.run_id,
            staging_prefix=rewritten,
            files={},
            columns=wanted,
            adds=adds,
            removes=removes,
            numbers=total([{"files_written": len(adds)}]),
        )
