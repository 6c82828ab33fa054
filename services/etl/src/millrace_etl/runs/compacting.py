"""Write the table's small files anew as fewer of good size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from millrace_contracts import dataset_prefix
from millrace_etl.commits.commit import Commit
from millrace_etl.commits.footers import count_rows
from millrace_etl.commits.placing import data_files, partition_of, place_rows
from millrace_etl.errors import ConservationBroken
from millrace_etl.ports import StoredObject
from millrace_etl.runs.accounts import total
from millrace_etl.runs.table import RefinedTable
from millrace_etl.work import Compaction, TableFiles

_SMALL_BYTES = 128 * 1024**2
"""A partition whose files are smaller than this on average is worth writing anew."""


def compact(table: RefinedTable) -> dict[str, int]:
    """Compact every partition that has small files; answer how many files were written.

    No row is read, written or changed in number: the numbers of rows are all 0.

    Raises:
        ConservationBroken: The new files do not hold as many rows as the old ones.
    """
    settings, store = table.settings, table.store
    bucket, prefix = settings.refined_bucket, dataset_prefix(settings.dataset)
    last = table.ledger.recover()
    columns = table.columns(last)
    small = [stored.key for stored in files_worth_compacting(store.list(bucket, prefix), prefix)]
    if not small:
        return total(())
    uris = tuple(f"s3://{bucket}/{key}" for key in small)
    staged_prefix = f"{table.staging}compacted/"
    table.engine.compact(
        Compaction(
            TableFiles(settings.dataset, f"s3://{bucket}/{prefix}", uris, columns),
            table.spec.write.partition_by,
            f"s3://{bucket}/{staged_prefix}",
        )
    )
    staged = data_files(found.key for found in store.list(bucket, staged_prefix))
    before, after = (count_rows(store, bucket, keys) for keys in (small, staged))
    if before != after:
        raise ConservationBroken(f"{before} rows were compacted to {after}")
    adds, removes = place_rows(
        staged,
        staged_prefix,
        small,
        dataset=settings.dataset,
        bucket=bucket,
        mode="overwrite",
        number=last + 1,
    )
    numbers = total([{"files_written": len(adds)}])
    table.ledger.append(
        last + 1,
        Commit(
            run_id=settings.run_id,
            staging_prefix=table.staging,
            files={},
            columns=columns,
            adds=adds,
            removes=removes,
            numbers=numbers,
        ),
    )
    return numbers


def files_worth_compacting(present: Iterable[StoredObject], prefix: str) -> list[StoredObject]:
    """Files of the partitions that have several, small on average.

    Args:
        present: The table's files.
        prefix: What their keys have in common before their partition.
    """
    by_partition: dict[str, list[StoredObject]] = defaultdict(list)
    for stored in present:
        if stored.key.endswith(".parquet"):
            by_partition[partition_of(stored.key, prefix)].append(stored)
    return [
        stored
        for files in by_partition.values()
        if len(files) > 1 and sum(file.size_bytes for file in files) < _SMALL_BYTES * len(files)
        for stored in files
    ]
