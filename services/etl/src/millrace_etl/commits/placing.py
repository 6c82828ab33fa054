"""Where staged files go in the table, and which of the table's files they replace."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Literal

from millrace_contracts import dataset_prefix
from millrace_etl.commits.commit import Add, Remove

Mode = Literal["append", "upsert", "overwrite"]


def partition_of(key: str, prefix: str) -> str:
    """Folder of a file below ``prefix``: ``month=1``, or the empty text."""
    return key.removeprefix(prefix).rpartition("/")[0]


def data_files(keys: Iterable[str]) -> list[str]:
    """Keys that are Parquet files, in order."""
    return sorted(key for key in keys if key.endswith(".parquet"))


def place_rows(
    staged: Iterable[str],
    staging_prefix: str,
    existing: Iterable[str],
    *,
    dataset: str,
    bucket: str,
    mode: Mode,
    number: int,
) -> tuple[tuple[Add, ...], tuple[Remove, ...]]:
    """Plan the copies and deletes of one commit.

    A file that is appended is named for its commit, so that it never replaces another's. A
    partition that is rewritten keeps its names: its files are replaced one by one, in place, and a
    partition of one file changes at once for its readers.

    Args:
        staged: Keys of staged files.
        staging_prefix: What they have in common before their partition.
        existing: Keys of the table's files in the partitions that are rewritten.
        dataset: Name of the table.
        bucket: The refined bucket.
        mode: How rows join the table.
        number: Of the commit.
    """
    by_partition: dict[str, list[str]] = defaultdict(list)
    for key in data_files(staged):
        by_partition[partition_of(key, staging_prefix)].append(key)
    stem = f"part-{number:010d}" if mode == "append" else "part"
    adds = tuple(
        Add(staged_key=key, bucket=bucket, key=_placed(dataset, partition, f"{stem}-{index:05d}"))
        for partition, keys in sorted(by_partition.items())
        for index, key in enumerate(keys)
    )
    if mode == "append":
        return adds, ()
    placed = {add.key for add in adds}
    gone = (key for key in data_files(existing) if key not in placed)
    return adds, tuple(Remove(bucket=bucket, key=key) for key in gone)


def place_quarantine(
    staged: Iterable[str], stale: Iterable[str], *, bucket: str, prefix: str, number: int
) -> tuple[tuple[Add, ...], tuple[Remove, ...]]:
    """Plan the quarantine of one run.

    Args:
        staged: Keys of staged files.
        stale: What an attempt that was not committed left below ``prefix``.
        bucket: The quarantine bucket.
        prefix: The run's quarantine.
        number: Of the commit.
    """
    adds = tuple(
        Add(staged_key=key, bucket=bucket, key=f"{prefix}part-{number:010d}-{index:05d}.parquet")
        for index, key in enumerate(data_files(staged))
    )
    placed = {add.key for add in adds}
    return adds, tuple(Remove(bucket=bucket, key=key) for key in stale if key not in placed)


def _placed(dataset: str, partition: str, name: str) -> str:
    folder = f"{partition}/" if partition else ""
    return f"{dataset_prefix(dataset)}{folder}{name}.parquet"
