"""Extracting's ports in memory: for tests and dry runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from millrace_contracts.state import LIVE, Extraction
from millrace_ingest.adapters.memory import MemoryLanding
from millrace_ingest.feeds import Reached, StoredSegment


class MemoryFeed:
    """Feed of numbered texts, as JSON lines; the number is the incremental field."""

    place = "memory://records"
    ending = ".jsonl"

    def __init__(self, segment_records: int = 2) -> None:
        self.records: dict[int, str] = {}
        self._segment_records = segment_records

    def until(self) -> str:
        return str(max(self.records, default=""))

    def read(
        self,
        extraction: Extraction,
        sink: BinaryIO,
        beat: Callable[[], None],
        is_late: Callable[[], bool],
    ) -> Reached:
        at = int(extraction.cursor or extraction.since or -1)
        if extraction.scope != LIVE and not extraction.cursor:
            at -= 1
        end = int(extraction.until or -1) + (extraction.scope == LIVE)
        left = sorted(number for number in self.records if at < number < end)
        taken: list[int] = []
        for number in left[: self._segment_records]:
            if taken and is_late():
                break
            beat()
            sink.write(f'{{"n": {number}, "text": "{self.records[number]}"}}\n'.encode())
            taken.append(number)
        last = str(taken[-1]) if taken else extraction.cursor
        high = last if taken else extraction.high
        return Reached(last, high, len(taken), is_end=len(taken) == len(left))


class MemorySegmentStore:
    """SegmentStore in the dict of a MemoryLanding."""

    def __init__(self, landing: MemoryLanding) -> None:
        self.bucket = landing.bucket
        self._objects = landing.objects
        self._segments: dict[str, StoredSegment] = {}

    def put(self, key: str, content: BinaryIO, segment: StoredSegment) -> bool:
        if key in self._segments:
            return False
        self._objects[key] = content.read()
        self._segments[key] = segment
        return True

    def find(self, key: str) -> StoredSegment | None:
        return self._segments.get(key)
