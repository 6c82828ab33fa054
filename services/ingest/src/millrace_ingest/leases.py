"""The claim on a file while it is copied: kept alive, and with it how far the upload has come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from millrace_contracts.state import FileRecord, RunState
from millrace_ingest.errors import LeaseLost
from millrace_ingest.parts import Progress
from millrace_ingest.ports import Upload

LEASE = timedelta(seconds=60)
"""How long a worker that died keeps a file from others; a live one renews its lease."""
RENEW_AFTER = timedelta(seconds=15)


class TimeSpent(Exception):
    """The call has no time left for the file it is reading."""

    def __init__(self, *, is_further: bool = False) -> None:
        super().__init__()
        self.is_further = is_further
        """Whether the next call begins later in the file than this one did."""


@dataclass(slots=True)
class ClaimLease:
    """A worker's right to land one file version."""

    state: RunState
    claim: FileRecord
    deadline: datetime
    now: Callable[[], datetime]
    _renewed_at: datetime = field(init=False)

    def __post_init__(self) -> None:
        self._renewed_at = self.now()

    def beat(self, upload: Upload) -> None:
        """Renew the lease when it is time to; to be called after each chunk.

        Raises:
            TimeSpent: The deadline has come; what was sent is kept.
            LeaseLost: Another run took the file over.
        """
        now = self.now()
        if now >= self.deadline:
            raise TimeSpent(is_further=self.keep(upload))
        if now - self._renewed_at >= RENEW_AFTER:
            self.keep(upload)
            self._renewed_at = now

    def keep(self, upload: Upload) -> bool:
        """Record how far the upload has come; whether that is further than the claim began.

        Raises:
            LeaseLost: Another run took the file over.
        """
        now = self.now()
        progress = upload.progress()
        claim = replace(self.claim, lease_until=now + LEASE, upload=progress)
        if self.state.claim_file(claim, now) is None:
            raise LeaseLost(f"{claim.source} was taken over by another run")
        return _is_further(progress, self.claim.upload)


def _is_further(progress: str, before: str) -> bool:
    if not (progress and before):
        return bool(progress)
    now, then = Progress.parse(progress), Progress.parse(before)
    return now.upload_id != then.upload_id or len(now.digests) > len(then.digests)
