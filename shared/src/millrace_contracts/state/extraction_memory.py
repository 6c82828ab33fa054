"""Extractions in memory: for tests and dry runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from millrace_contracts.state.extraction_records import LIVE, Extraction, Watermark
from millrace_contracts.state.memory import MemoryRunState
from millrace_contracts.state.records import FileRecord


class MemoryExtractionState:
    """ExtractionState in dicts; segments are files of the given run state."""

    def __init__(self, files: MemoryRunState) -> None:
        self._files = files
        self._watermarks: dict[str, Watermark] = {}
        self._under_way: dict[tuple[str, str], Extraction] = {}
        self._ended: dict[tuple[str, str, str], Extraction] = {}

    def watermark(self, dataset: str) -> Watermark | None:
        return self._watermarks.get(dataset)

    def set_watermark(self, watermark: Watermark) -> None:
        self._under_way.pop((watermark.dataset, LIVE), None)
        self._watermarks[watermark.dataset] = watermark

    def reset_watermark(self, dataset: str) -> None:
        self._under_way.pop((dataset, LIVE), None)
        self._watermarks.pop(dataset, None)

    def begin_extraction(self, extraction: Extraction) -> bool:
        dataset, scope = extraction.dataset, extraction.scope
        watermark = self._watermarks.get(dataset)
        is_elsewhere = scope == LIVE and extraction.since != (watermark.value if watermark else "")
        has_ended = (dataset, scope, extraction.run_id) in self._ended
        if is_elsewhere or has_ended or (dataset, scope) in self._under_way:
            return False
        self._under_way[dataset, scope] = extraction
        return True

    def extraction(self, dataset: str, scope: str) -> Extraction | None:
        return self._under_way.get((dataset, scope))

    def claim_extraction(self, extraction: Extraction, now: datetime) -> bool:
        held = self.extraction(extraction.dataset, extraction.scope)
        if held is None or held.extraction_id != extraction.extraction_id:
            return False
        if held.claimed_by != extraction.claimed_by and held.lease_until > now:
            return False
        self._under_way[extraction.dataset, extraction.scope] = replace(
            held, claimed_by=extraction.claimed_by, lease_until=extraction.lease_until
        )
        return True

    def land_segment(self, landed: FileRecord, advanced: Extraction) -> bool:
        if not self._holds(advanced, advanced.segments - 1):
            return False
        self._files.open_batch(landed.dataset, landed.batch_id)
        self._files.claim_file(landed, landed.lease_until)
        self._files.land_file(landed)
        self._under_way[advanced.dataset, advanced.scope] = advanced
        return True

    def end_extraction(self, ended: Extraction) -> bool:
        if ended.ended_at is None or not self._holds(ended, ended.segments):
            return False
        del self._under_way[ended.dataset, ended.scope]
        self._ended[ended.dataset, ended.scope, ended.run_id] = ended
        if ended.scope == LIVE and ended.high:
            self._watermarks[ended.dataset] = Watermark(
                ended.dataset, ended.high, ended.ended_at, ended.claimed_by
            )
        return True

    def ended_extraction(self, dataset: str, scope: str, run_id: str) -> Extraction | None:
        return self._ended.get((dataset, scope, run_id))

    def extractions(self, dataset: str) -> Sequence[Extraction]:
        known = (*self._under_way.values(), *self._ended.values())
        found = [extraction for extraction in known if extraction.dataset == dataset]
        return sorted(found, key=lambda extraction: extraction.began_at)

    def _holds(self, extraction: Extraction, segments: int) -> bool:
        held = self.extraction(extraction.dataset, extraction.scope)
        return (
            held is not None
            and held.extraction_id == extraction.extraction_id
            and held.claimed_by == extraction.claimed_by
            and held.segments == segments
        )
