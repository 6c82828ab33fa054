"""What the engine is asked to do, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass

from millrace_contracts import Dataset


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One landed file to read."""

    bucket: str
    key: str
    size_bytes: int
    order: int
    """Place in the manifest: of rows with equal keys the one of the later file wins."""

    @property
    def uri(self) -> str:
        return f"s3://{self.bucket}/{self.key}"


@dataclass(frozen=True, slots=True)
class FileGroup:
    """Files whose columns have the same names in the same order."""

    columns: tuple[str, ...]
    files: tuple[SourceFile, ...]
    header_lines: tuple[str, ...] = ()
    """Texts of the files' header lines, for CSV with a header."""


@dataclass(frozen=True, slots=True)
class Work:
    """The reading, checking, transforming and staging of one run."""

    spec: Dataset
    transform: str | None
    """Text of ``transform.sql``."""
    run_id: str
    groups: tuple[FileGroup, ...]
    rows_uri: str
    """Where good rows are staged, as ``s3://bucket/prefix/``."""
    quarantine_uri: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows as the engine counted them in its one pass over the input."""

    rows_read: int
    rows_bad: int
    rows_transformed: int
    """Rows that the transform gave."""
    rows_kept: int
    """Rows left once duplicates by key are dropped."""


@dataclass(frozen=True, slots=True)
class Staged:
    """What the engine staged."""

    counts: Counts
    columns: tuple[tuple[str, str], ...]
    """Name and type of each column of the refined rows."""


@dataclass(frozen=True, slots=True)
class Merge:
    """A run's staged rows and files of the table that may hold rows of the same keys."""

    staged_uri: str
    table_uri: str
    existing: tuple[str, ...]
    """URIs of the table's files."""
    keys: tuple[str, ...]
    partition_by: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    merged_uri: str
