"""What the engine is asked to do, and what it answers."""

from __future__ import annotations

from collections.abc import Callable
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
    decoded: bool = False
    """Read in Python, each file by one task."""


@dataclass(frozen=True, slots=True)
class TableFiles:
    """A refined table as one commit left it."""

    dataset: str
    table_uri: str
    uris: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    """Name and type of each column, those of its partitions too."""


@dataclass(frozen=True, slots=True)
class Transform:
    """What turns good rows into refined ones."""

    file: str
    """``transform.sql`` or ``transform.py``."""
    text: str


@dataclass(frozen=True, slots=True)
class Replay:
    """Which records of the files are run again."""

    quarantine_uris: tuple[str, ...]
    """The quarantine's files that name them."""
    whole_files: bool
    """Whether records were counted, and not lines."""


@dataclass(frozen=True, slots=True)
class Work:
    """The reading, checking, transforming and staging of one run."""

    spec: Dataset
    transform: Transform | None
    run_id: str
    groups: tuple[FileGroup, ...]
    rows_uri: str
    """Where good rows are staged, as ``s3://bucket/prefix/``."""
    quarantine_uri: str
    open_table: Callable[[str], TableFiles]
    """The refined table of a dataset. Raises TableMissing."""
    own_table: TableFiles | None = None
    """The table that the rows will join; None when it has never been written."""
    salt: str = ""
    """Secret that hashes and tokens of personal data depend on."""
    replay: Replay | None = None
    """None runs every record of the files."""

    @property
    def files(self) -> tuple[SourceFile, ...]:
        """Files of all groups."""
        return tuple(file for group in self.groups for file in group.files)


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows as the engine counted them in its one pass over the input."""

    rows_read: int
    rows_bad: int
    rows_transformed: int
    """Rows that the transform gave."""
    rows_kept: int
    """Rows left once duplicates by key are dropped."""
    rows_warned: int = 0
    """Rows that broke a rule and go on all the same."""
    rows_bad_during: int = 0
    """Rows of the transform that it tells to be bad, whatever that leads to."""
    rows_bad_after: int = 0
    """Rows of the transform that break a rule, whatever that leads to."""
    rows_rejected: int = 0
    """Rows of the transform that are quarantined and not written."""
    rows_warned_late: int = 0
    """Rows of the transform that are bad and written all the same."""


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
    order_by: str | None = None


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge left of each side."""

    rows_staged: int
    rows_existing: int


@dataclass(frozen=True, slots=True)
class Compaction:
    """Files of one table to be written anew as fewer."""

    table: TableFiles
    columns: tuple[tuple[str, str], ...]
    """Name and type of each column of the new files: as wide as the table's, or wider."""
    partition_by: tuple[str, ...]
    compacted_uri: str
