"""The use case: land the records of a source that is no set of files, each once.

A pass over the source is an extraction, and falls into segments. What a segment holds begins at the
cursor that was recorded together with the segment before; the first object under its name is never
replaced and itself tells where it leads. So whoever finds an object can record it, two workers on
one segment cannot disagree on it, and a worker that died has left nothing that another cannot use.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

from millrace_contracts import BatchLanded, LandingKey
from millrace_contracts.state import (
    LIVE,
    Extraction,
    ExtractionState,
    FileRecord,
    FileStatus,
    RunState,
)
from millrace_ingest.batches import Batch
from millrace_ingest.errors import LeaseLost, SourceTooSlow, WindowRefused
from millrace_ingest.feeds import ConnectFeed, Feed, SegmentStore, StoredSegment

LEASE = timedelta(seconds=60)
"""How long a worker that died keeps an extraction from others; a live one renews its lease."""
RENEW_AFTER = timedelta(seconds=15)
_LOOK_AGAIN_S = 1.0
_WRAP_UP_AFTER = 0.8
"""Share of a call's time after which the segment that is read is the call's last."""
_HASH_BYTES = 1024 * 1024


class _TimeSpent(Exception):
    """The call has no time left for the segment it is reading."""


@dataclass(frozen=True, slots=True)
class Window:
    """A range of the incremental field to extract beside the watermark."""

    begin: str
    """The lowest value, inclusive."""
    end: str
    """The highest value, exclusive."""

    @property
    def scope(self) -> str:
        """Name of the window's extractions."""
        return f"{self.begin}..{self.end}"


@dataclass(frozen=True, slots=True)
class LandRecords:
    """Land records, with everything it touches passed in."""

    state: RunState
    extractions: ExtractionState
    store: SegmentStore
    connect: ConnectFeed
    spool: Callable[[], AbstractContextManager[BinaryIO]]
    """An empty file for one segment."""
    now: Callable[[], datetime]
    sleep: Callable[[float], None]

    def land_batch(self, batch: Batch, window: Window | None = None) -> BatchLanded:
        """Extract what is new since the watermark, or a window, until the call's deadline.

        Killed at any moment and called again, by the same run or another, it goes on where the last
        segment ended. An extraction that an earlier run left is brought to its end first. The
        watermark moves when an extraction is whole, never before.

        Raises:
            TerminalError: The source is missing, malformed, too slow or beyond its budget.
            TransientError: The source or AWS asks to retry, or another run extracts and there is
                nothing else to process.
        """
        if window is not None and getattr(batch.spec.source, "incremental", None) is None:
            raise WindowRefused(f"{batch.spec.name}: a window needs a source with incremental")
        with self.connect(batch.spec) as feed:
            call = _Call(self, batch, feed, window, began_at=self.now())
            outcome = call.extract()
        landed = self.state.files_of_batch(batch.run_id)
        numbers = {
            "files_landed": len(landed),
            "bytes_landed": sum(file.size_bytes for file in landed),
            "files_pending": 1 if outcome == "held" else 0,
        }
        if outcome == "more":
            return batch.pause(numbers)
        return batch.conclude(numbers, held=numbers["files_pending"])


class _Call:
    """One call of ``land_batch``."""

    def __init__(
        self, to: LandRecords, batch: Batch, feed: Feed, window: Window | None, began_at: datetime
    ) -> None:
        self._to = to
        self._batch = batch
        self._dataset = batch.spec.name
        self._feed = feed
        self._window = window
        self._scope = LIVE if window is None else window.scope
        self._wrap_up_at = began_at + (batch.deadline - began_at) * _WRAP_UP_AFTER
        self._renewed_at = began_at
        self._has_landed = False

    def extract(self) -> str:
        """``whole``, ``more`` when time ran out, or ``held`` when another run extracts."""
        while not self._has_ended(self._batch.run_id):
            extraction = self._claim()
            if extraction is None:
                return "held"
            try:
                self._read_on(extraction)
            except _TimeSpent:
                if not self._has_landed:
                    raise SourceTooSlow(
                        f"{self._feed.place}: one segment takes longer than one call"
                    ) from None
                return "more"
        return "whole"

    def _claim(self) -> Extraction | None:
        """The extraction to go on with, begun if there is none; None when it is another's."""
        state = self._to.extractions
        patience_ends = min(self._to.now() + LEASE + RENEW_AFTER, self._batch.deadline)
        while True:
            held = state.extraction(self._dataset, self._scope)
            if held is None:
                begun = self._begun()
                if state.begin_extraction(begun):
                    return begun
                if self._has_ended(self._batch.run_id):
                    return replace(begun, is_read=True)
            elif self._renew(held):
                # Read again: its former holder may have landed a segment since.
                return state.extraction(self._dataset, self._scope) or held
            if self._to.now() >= patience_ends:
                return None
            self._to.sleep(_LOOK_AGAIN_S)

    def _begun(self) -> Extraction:
        now = self._to.now()
        watermark = self._to.extractions.watermark(self._dataset)
        live = (watermark.value if watermark else "", self._feed.until())
        window = self._window
        since, until = live if window is None else (window.begin, window.end)
        return Extraction(
            dataset=self._dataset,
            scope=self._scope,
            extraction_id=_digest(
                self._dataset, self._scope, self._batch.run_id, since, now.isoformat()
            ),
            run_id=self._batch.run_id,
            began_at=now,
            since=since,
            until=until,
            claimed_by=self._batch.run_id,
            lease_until=now + LEASE,
        )

    def _read_on(self, extraction: Extraction) -> None:
        """Land segment after segment, then end the extraction."""
        may_be_there = True
        while not extraction.is_read:
            if self._has_landed and self._to.now() >= self._wrap_up_at:
                raise _TimeSpent
            key = _key_of(extraction, self._feed.ending)
            segment = self._to.store.find(key) if may_be_there else None
            may_be_there = False
            if segment is None:
                segment = self._upload(extraction, key)
            if segment is None:
                extraction = replace(extraction, is_read=True)
                break
            advanced = _behind(extraction, segment)
            if self._to.extractions.land_segment(self._landed(extraction, key, segment), advanced):
                extraction = advanced
                self._has_landed = True
            else:
                extraction = self._as_it_stands(extraction)
                may_be_there = True
        ended = replace(extraction, ended_at=self._to.now())
        if not self._to.extractions.end_extraction(ended):
            self._as_it_stands(extraction)

    def _upload(self, extraction: Extraction, key: str) -> StoredSegment | None:
        """Read the next segment and upload it; None when there is no further record."""
        with self._to.spool() as spool:
            reached = self._feed.read(
                extraction,
                spool,
                lambda: self._beat(extraction),
                lambda: self._to.now() >= self._wrap_up_at,
            )
            if not reached.records:
                return None
            size_bytes = spool.tell()
            segment = StoredSegment(size_bytes, _sha256(spool), reached)
            spool.seek(0)
            if self._to.store.put(key, spool, segment):
                return segment
        return self._to.store.find(key)

    def _landed(self, extraction: Extraction, key: str, segment: StoredSegment) -> FileRecord:
        number = str(extraction.segments)
        run_id = self._batch.run_id
        return FileRecord(
            dataset=self._dataset,
            file_id=_digest(self._dataset, extraction.extraction_id, number),
            source=self._feed.place,
            status=FileStatus.LANDED,
            bucket=self._to.store.bucket,
            key=key,
            batch_id=run_id,
            claimed_by=run_id,
            lease_until=extraction.lease_until,
            size_bytes=segment.size_bytes,
            sha256=segment.sha256,
            landed_at=self._to.now(),
        )

    def _as_it_stands(self, ours: Extraction) -> Extraction:
        """The extraction after another worker of this run has been faster."""
        now = self._to.extractions.extraction(self._dataset, self._scope)
        if now is not None and (now.extraction_id, now.claimed_by) == (
            ours.extraction_id,
            ours.claimed_by,
        ):
            return now
        if self._has_ended(ours.run_id):
            return replace(ours, is_read=True)
        raise LeaseLost(f"{self._feed.place}: the extraction was taken over or given up")

    def _has_ended(self, run_id: str) -> bool:
        ended = self._to.extractions.ended_extraction(self._dataset, self._scope, run_id)
        return ended is not None

    def _beat(self, extraction: Extraction) -> None:
        now = self._to.now()
        if now >= self._batch.deadline:
            raise _TimeSpent
        if now - self._renewed_at >= RENEW_AFTER:
            if not self._renew(extraction):
                raise LeaseLost(f"{self._feed.place}: the extraction was taken over or given up")
            self._renewed_at = now

    def _renew(self, extraction: Extraction) -> bool:
        now = self._to.now()
        claim = replace(extraction, claimed_by=self._batch.run_id, lease_until=now + LEASE)
        return self._to.extractions.claim_extraction(claim, now)


def _behind(extraction: Extraction, segment: StoredSegment) -> Extraction:
    reached = segment.reached
    return replace(
        extraction,
        cursor=reached.cursor,
        high=reached.high,
        segments=extraction.segments + 1,
        records=extraction.records + reached.records,
        is_read=reached.is_end,
    )


def _key_of(extraction: Extraction, ending: str) -> str:
    """The same for every worker, on any day."""
    file = f"{extraction.extraction_id[:16]}-{extraction.segments:06d}{ending}"
    day = extraction.began_at.astimezone(UTC).date()
    return str(LandingKey(extraction.dataset, day, extraction.run_id, file))


def _sha256(content: BinaryIO) -> str:
    content.seek(0)
    digest = hashlib.sha256()
    while chunk := content.read(_HASH_BYTES):
        digest.update(chunk)
    return digest.hexdigest()


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
