"""What extracting needs from outside: a source that is a stream of records, and where they land."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from millrace_contracts import Dataset
from millrace_contracts.state import Extraction


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a segment leads, as its source tells."""

    cursor: str
    """Where the next segment begins."""
    high: str
    """The highest value of the incremental field so far; empty where there is none."""
    records: int
    """Of the segment."""
    is_end: bool
    """Whether nothing comes after it."""


@dataclass(frozen=True, slots=True)
class StoredSegment:
    """An object in the landing bucket that holds a segment whole."""

    size_bytes: int
    sha256: str
    reached: Reached


class Feed(Protocol):
    """Records of a source in a fixed order, from any cursor on."""

    place: str
    """The source without credentials and query."""
    ending: str
    """Of its segments' names, as ``.jsonl.gz``."""

    def until(self) -> str:
        """Where an extraction that begins now ends; empty where the source tells its end itself.

        Raises SourceMalformed, SourceUnavailable.
        """
        ...

    def read(
        self,
        extraction: Extraction,
        sink: BinaryIO,
        beat: Callable[[], None],
        is_late: Callable[[], bool],
    ) -> Reached:
        """Write the next segment.

        Args:
            extraction: Its bounds and the cursor to begin at.
            sink: Takes the object's bytes.
            beat: To call after each piece of work; may raise to stop.
            is_late: Whether to end the segment at the next record that allows it.

        Raises:
            TerminalError: The source does not answer what its spec says, or exceeds its budget.
            TransientError: The source could not be read just now.
        """
        ...


ConnectFeed = Callable[[Dataset], AbstractContextManager[Feed]]
"""Opens the feed of a dataset. Raises SourceMalformed, SourceUnavailable."""


class SegmentStore(Protocol):
    """The landing bucket, in which the first object of a name stays for ever."""

    bucket: str

    def put(self, key: str, content: BinaryIO, segment: StoredSegment) -> bool:
        """Create an object with what it leads to; False when there is one. Never replaces.

        Raises CursorTooLong, StoreUnavailable.
        """
        ...

    def find(self, key: str) -> StoredSegment | None:
        """The object's own word on itself; None when there is no object."""
        ...
