"""Write the table's small files anew as fewer of good size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from millrace_contracts import dataset_prefix
from millrace_etl.commits.placing import partition_of
from millrace_etl.ports import StoredObject
from millrace_etl.runs.accounts import total
from millrace_etl.runs.table import RefinedTable

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
    commit = table.rewrite.run(small, columns, columns, last + 1)
    table.ledger.append(last + 1, commit)
    return dict(commit.numbers)


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
