"""What a source needs of a server, whatever its protocol."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

CHUNK_BYTES = 1024 * 1024
TIMEOUT_S = 60.0
"""How long a server may keep silent."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in a folder."""

    name: str
    is_folder: bool
    size_bytes: int
    modified: str
    """As the server tells it; only ever compared."""


class Server(Protocol):
    """A connection. Every method raises SourceMissing, SourceRefused or SourceUnavailable."""

    def entries(self, folder: str) -> Sequence[Entry]:
        """What a folder holds."""
        ...

    def entry(self, path: str) -> Entry | None:
        """What the server tells of one file now; None when there is none."""
        ...

    def read(self, path: str, begin: int) -> Iterator[bytes]:
        """A file's bytes from an offset on, in chunks of at most 1 MiB."""
        ...

    def delete(self, path: str) -> None:
        """Remove a file."""
        ...

    def rename(self, path: str, target: str) -> None:
        """Move a file to a free name, whose folder is made if there is none."""
        ...

    def close(self) -> None:
        """End the connection."""
        ...
