"""What ingest needs of the state of extractions and watermarks, as a protocol."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from millrace_contracts.state.extraction_records import Extraction, Watermark
from millrace_contracts.state.records import FileRecord


class ExtractionState(Protocol):
    """Watermarks and extractions, in the store that holds the run state."""

    def watermark(self, dataset: str) -> Watermark | None:
        """How far the source has been extracted; None when it begins at the beginning."""
        ...

    def set_watermark(self, watermark: Watermark) -> None:
        """Move the watermark by hand; a live extraction under way is given up."""
        ...

    def reset_watermark(self, dataset: str) -> None:
        """Forget the watermark; a live extraction under way is given up."""
        ...

    def begin_extraction(self, extraction: Extraction) -> bool:
        """Begin a pass.

        Returns:
            False, and nothing is written, when one of the same scope is under way, when one of the
            same scope and run has ended, or when it is live and does not go on from the watermark.
        """
        ...

    def extraction(self, dataset: str, scope: str) -> Extraction | None:
        """The extraction under way."""
        ...

    def claim_extraction(self, extraction: Extraction, now: datetime) -> bool:
        """Take over or keep the right to go on with an extraction under way.

        Args:
            extraction: With the claimant in ``claimed_by`` and the new ``lease_until``.
            now: Moment of the claim; a lease that ended before it is lost.

        Returns:
            False when another holds the right, or the extraction is no longer under way.
        """
        ...

    def land_segment(self, landed: FileRecord, advanced: Extraction) -> bool:
        """Record a segment as LANDED, its batch as open and where it leads, all or nothing.

        Args:
            landed: The segment's object.
            advanced: The extraction behind that segment, which counts it.

        Returns:
            False, and nothing is written, when the segment of this number has landed, or the
            extraction has gone to another holder or is no longer under way.
        """
        ...

    def end_extraction(self, ended: Extraction) -> bool:
        """Record an extraction as whole; a live one moves the watermark to its ``high``, if any.

        Returns:
            False, and nothing is written, when it is no longer under way, has gone to another
            holder, or has landed another number of segments.
        """
        ...

    def ended_extraction(self, dataset: str, scope: str, run_id: str) -> Extraction | None:
        """The extraction that a run began and that has ended."""
        ...

    def extractions(self, dataset: str) -> Sequence[Extraction]:
        """Every extraction under way or ended, earliest first."""
        ...
