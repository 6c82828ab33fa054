"""Copy one claimed file version from its source to its key."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from millrace_contracts.state import FileRecord, FileStatus
from millrace_ingest.errors import SourceChanged
from millrace_ingest.ledger import Ledger
from millrace_ingest.ports import Landing, Source
from millrace_ingest.versions import SourceFile


@dataclass(frozen=True, slots=True)
class Copying:
    """Copy files, with everything it touches passed in."""

    source: Source
    landing: Landing
    ledger: Ledger
    now: Callable[[], datetime]

    def copy(self, file: SourceFile, claim: FileRecord, beat: Callable[[], None]) -> FileRecord:
        """Stream the file to the claim's key, unless its content has landed before.

        Args:
            file: The version as it was listed.
            claim: Where it lands.
            beat: Called after each chunk; may raise to stop the copy.

        Returns:
            The record to land. The record of a content that landed before points to that object,
            and so belongs to that object's batch.

        Raises:
            SourceChanged: What was read is not the version that was listed; nothing is visible.
        """
        digest = hashlib.sha256()
        size_bytes = 0
        with self.landing.upload(claim.key) as upload:
            for chunk in self.source.read(file):
                size_bytes += len(chunk)
                if size_bytes > file.size_bytes:
                    raise SourceChanged(f"{file.source} grew past {file.size_bytes} bytes")
                digest.update(chunk)
                upload.add(chunk)
                beat()
            if size_bytes < file.size_bytes:
                raise SourceChanged(
                    f"{file.source} ended after {size_bytes} of {file.size_bytes} bytes"
                )
            if not self.source.is_current(file):
                raise SourceChanged(f"{file.source} was replaced while it was read")
            sha256 = digest.hexdigest()
            twin = self.ledger.twin(file.source, sha256)
            if twin is None:
                upload.commit()
        landed = replace(
            claim,
            status=FileStatus.LANDED,
            size_bytes=size_bytes,
            sha256=sha256,
            landed_at=self.now(),
        )
        if twin is None:
            return landed
        return replace(landed, key=twin.key, batch_id=twin.batch_id, landed_at=twin.landed_at)
