"""What is remembered of extractions: passes over a source that is no set of files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

LIVE = "live"
"""Scope of the extractions that go on from the watermark, and move it."""


@dataclass(frozen=True, slots=True)
class Watermark:
    """How far a dataset's source has been extracted."""

    dataset: str
    value: str
    """The highest value seen of the source's cursor, as text."""
    moved_at: datetime
    moved_by: str
    """The run that moved it, or who set it by hand."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """One pass over a source: where it began, where it goes on, what it has landed."""

    dataset: str
    scope: str
    """``LIVE``, or the window of a backfill."""
    extraction_id: str
    """Never given twice: the names of its segments begin with it."""
    run_id: str
    """The run that began it; its id stands in the key of every segment."""
    began_at: datetime
    since: str
    """The watermark it goes on from, or a window's lower end; empty for the beginning."""
    until: str
    """Where it ends, fixed when it began; empty where the source tells its end itself."""
    claimed_by: str
    lease_until: datetime
    cursor: str = ""
    """Where the next segment begins, as the source understands it; empty at the beginning."""
    high: str = ""
    """The highest cursor value landed: the watermark to be."""
    segments: int = 0
    """How many have landed: the number of the next one."""
    records: int = 0
    is_read: bool = False
    """The source had nothing beyond the last segment."""
    ended_at: datetime | None = None
