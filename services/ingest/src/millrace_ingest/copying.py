"""Copy one claimed file version from its source to its key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from millrace_contracts.state import FileRecord, FileStatus
from millrace_ingest.errors import (
    LeaseLost,
    SourceChanged,
    SourceDamaged,
    TerminalError,
    TransientError,
)
from millrace_ingest.inspecting import Damaged, Inspection, NoInspection, inspection_of
from millrace_ingest.leases import ClaimLease
from millrace_ingest.ledger import Ledger
from millrace_ingest.ports import Landing, Source, Upload
from millrace_ingest.versions import SourceFile

_READ_AGAIN_BYTES = 256 * 1024 * 1024
"""How much of a compressed file is read again, to inspect it, when a call goes on with it."""


@dataclass(frozen=True, slots=True)
class Copying:
    """Copy files, with everything it touches passed in."""

    source: Source
    landing: Landing
    ledger: Ledger
    now: Callable[[], datetime]

    def copy(self, file: SourceFile, lease: ClaimLease) -> FileRecord:
        """Stream the file to the claim's key, unless its content has landed before.

        A copy that is interrupted by time or by a passing fault leaves its parts with the store,
        and what the next worker needs with the claim.

        Args:
            file: The version as it was listed.
            lease: The claim that says where it lands, and from where the copy goes on.

        Returns:
            The record to land. The record of a content that landed before points to that object,
            and so belongs to that object's batch.

        Raises:
            SourceChanged: What was read is not the version that was listed; nothing is visible.
            SourceDamaged: It is a compressed file, and not a whole one; nothing is visible.
            TimeSpent: The call's deadline has come.
        """
        claim = lease.claim
        with self.landing.upload(claim.key, claim.upload) as upload:
            try:
                size_bytes = self._send(file, upload, lease)
                sha256 = upload.sha256()
                twin = self.ledger.twin(file.source, sha256)
                if twin is None:
                    upload.commit()
            except (SourceChanged, SourceDamaged, TerminalError):
                raise
            except Exception as exc:
                upload.suspend()
                if isinstance(exc, TransientError) and not isinstance(exc, LeaseLost):
                    lease.keep(upload)
                raise
        landed = replace(
            claim,
            status=FileStatus.LANDED,
            size_bytes=size_bytes,
            sha256=sha256,
            landed_at=self.now(),
            upload="",
        )
        if twin is None:
            return landed
        return replace(landed, key=twin.key, batch_id=twin.batch_id, landed_at=twin.landed_at)

    def _send(self, file: SourceFile, upload: Upload, lease: ClaimLease) -> int:
        if upload.size_bytes and not self.source.is_current(file):
            raise SourceChanged(f"{file.source} was replaced before the rest was read")
        try:
            inspection = self._inspection(file, upload, lease)
            size_bytes = self._pass_on(file, upload, lease, inspection)
            if not self.source.is_current(file):
                raise SourceChanged(f"{file.source} was replaced while it was read")
            inspection.end()
        except Damaged as exc:
            if not self.source.is_current(file):
                raise SourceChanged(f"{file.source} was replaced while it was read") from exc
            raise SourceDamaged(f"{file.source}: {exc}") from exc
        return size_bytes

    def _pass_on(
        self, file: SourceFile, upload: Upload, lease: ClaimLease, inspection: Inspection
    ) -> int:
        size_bytes = upload.size_bytes
        for chunk in self.source.read(file, size_bytes):
            size_bytes += len(chunk)
            if size_bytes > file.size_bytes:
                raise SourceChanged(f"{file.source} grew past {file.size_bytes} bytes")
            inspection.add(chunk)
            upload.add(chunk)
            lease.beat(upload)
        if size_bytes < file.size_bytes:
            raise SourceChanged(
                f"{file.source} ended after {size_bytes} of {file.size_bytes} bytes"
            )
        return size_bytes

    def _inspection(self, file: SourceFile, upload: Upload, lease: ClaimLease) -> Inspection:
        """An inspection that has seen what the store holds; none where that is too much."""
        inspection = inspection_of(file.name)
        left = upload.size_bytes
        if not left or not inspection.needs_beginning:
            return inspection
        if left > _READ_AGAIN_BYTES:
            return NoInspection()
        for chunk in self.source.read(file):
            inspection.add(chunk[:left])
            left -= min(left, len(chunk))
            lease.beat(upload)
            if not left:
                break
        return inspection
