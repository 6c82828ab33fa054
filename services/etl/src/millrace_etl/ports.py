"""What the use case needs from outside, as protocols. Run state's port is in the contracts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from millrace_etl.work import Compaction, Merge, Merged, Staged, Work


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as a listing shows it."""

    key: str
    size_bytes: int


class ObjectStore(Protocol):
    """Objects of every bucket the job may touch."""

    def get(self, bucket: str, key: str) -> bytes:
        """Read one object. Raises ObjectMissing, StoreUnavailable."""
        ...

    def first_bytes(self, bucket: str, key: str, count: int) -> bytes:
        """The first ``count`` bytes, or all when there are fewer. Raises as ``get``."""
        ...

    def last_bytes(self, bucket: str, key: str, count: int) -> bytes:
        """The last ``count`` bytes, or all when there are fewer. Raises as ``get``."""
        ...

    def put(self, bucket: str, key: str, body: bytes) -> None:
        """Write one object, over an older one."""
        ...

    def put_new(self, bucket: str, key: str, body: bytes) -> bool:
        """Write unless ``key`` exists; say whether it was written. Of two writers one wins."""
        ...

    def list(self, bucket: str, prefix: str) -> Sequence[StoredObject]:
        """Objects whose key begins with ``prefix``, in the order of keys."""
        ...

    def copy(self, from_bucket: str, from_key: str, bucket: str, key: str) -> None:
        """Copy within the store. Raises ObjectMissing."""
        ...

    def delete(self, bucket: str, keys: Iterable[str]) -> None:
        """Delete; a missing object is not an error."""
        ...


@dataclass(frozen=True, slots=True)
class Traced:
    """What a run that succeeded did."""

    numbers: Mapping[str, int]
    columns: tuple[tuple[str, str], ...]
    """Name and type of each column of the table."""
    tables_read: tuple[str, ...]
    """Other datasets whose refined tables were read."""


class Lineage(Protocol):
    """Keeps what a run read and wrote."""

    def started(self) -> None:
        """The run begins."""
        ...

    def completed(self, traced: Traced) -> None:
        """The run's rows are in place."""
        ...

    def failed(self, error: str) -> None:
        """The run ended with an error, told in one line."""
        ...


class Engine(Protocol):
    """Reads landed files, checks, transforms and writes to the staging place: Spark."""

    def stage(self, work: Work) -> Staged:
        """Write the run's good rows, and its bad ones, to their staging places.

        Raises:
            TransformInvalid: The transform is no query, or lacks a column.
            ColumnsMismatch: A file cannot be read with the declared columns.
        """
        ...

    def files_to_rewrite(self, merge: Merge) -> frozenset[str]:
        """Those of ``merge.existing`` that hold a row whose key is among the staged rows."""
        ...

    def merge(self, merge: Merge) -> Merged:
        """Write the staged rows and those of ``merge.existing``, one of each key, together."""
        ...

    def compact(self, compaction: Compaction) -> None:
        """Write the same rows as fewer files."""
        ...
