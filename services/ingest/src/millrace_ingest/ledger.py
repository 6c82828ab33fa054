"""What is known of a dataset's file versions during one call."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from millrace_contracts import LandingKey
from millrace_contracts.state import FileRecord, FileStatus
from millrace_ingest.segments import safe_segment, versioned_segment
from millrace_ingest.versions import SourceFile


class Ledger:
    """File versions by id, as read at the start of the call and added to since."""

    def __init__(self, records: Iterable[FileRecord]) -> None:
        self._records: dict[str, FileRecord] = {}
        self._key_holders: dict[str, str] = {}
        self._latest: dict[str, FileRecord] = {}
        for record in records:
            self.add(record)

    def add(self, record: FileRecord) -> None:
        """Take note of a version or of what has become of it."""
        self._records[record.file_id] = record
        self._key_holders.setdefault(record.key, record.file_id)
        if record.landed_at is not None:
            latest = self._latest.get(record.source)
            if latest is None or latest.landed_at is None or latest.landed_at < record.landed_at:
                self._latest[record.source] = record

    def has_landed(self, file: SourceFile) -> bool:
        """Whether nothing is left to do for this version."""
        record = self._records.get(file.file_id)
        return record is not None and record.status is FileStatus.LANDED

    def is_known(self, file: SourceFile) -> bool:
        """Whether some worker has begun to land this version."""
        return file.file_id in self._records

    def twin(self, source: str, sha256: str) -> FileRecord | None:
        """The file's latest landed version, if it has this content.

        A file that returns to an earlier content has changed twice, so it lands again.
        """
        latest = self._latest.get(source)
        return latest if latest is not None and latest.sha256 == sha256 else None

    def plan_key(self, dataset: str, day: date, batch_id: str, file: SourceFile) -> LandingKey:
        """Where a new version lands: never where another version of the file did."""
        segment = safe_segment(file.name)
        key = LandingKey(dataset, day, batch_id, segment)
        if self._key_holders.get(str(key), file.file_id) == file.file_id:
            return key
        return LandingKey(dataset, day, batch_id, versioned_segment(segment, file.file_id))

    def landed_by(self, run_id: str) -> tuple[FileRecord, ...]:
        """Versions that a run brought, one for each object that no other run had landed."""
        landed = [record for record in self._records.values() if record.landed_at]
        others = {record.key for record in landed if record.claimed_by != run_id}
        return tuple({r.key: r for r in landed if r.key not in others}.values())
