"""Which use case and which adapter land a kind of source: the one place that names them all.

An adapter is imported when its kind is landed first, so that a cold start pays for no other.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from millrace_contracts import BatchLanded
from millrace_contracts.dataset import FileSystemSource, FtpSource
from millrace_contracts.dataset import Source as SourceSpec
from millrace_contracts.state import RunState
from millrace_ingest.adapters.s3 import S3Landing
from millrace_ingest.batches import opened_batch
from millrace_ingest.errors import SourceMalformed
from millrace_ingest.landing import LandFiles
from millrace_ingest.ports import Artifacts, Secrets, Source
from millrace_ingest.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True, slots=True)
class LandDataset:
    """Land what is new of any dataset, by the kind of its source."""

    state: RunState
    artifacts: Artifacts
    s3: S3Client
    secrets: Callable[[], Secrets]
    settings: Settings
    now: Callable[[], datetime]
    sleep: Callable[[float], None]

    def land(self, dataset: str, run_id: str, deadline: datetime) -> BatchLanded:
        """Land the source's new files or records until the deadline, each once.

        Raises:
            TerminalError: The dataset or its source is missing or malformed.
            TransientError: The source or AWS asks to retry.
        """
        with opened_batch(self.state, self.artifacts, self.now, dataset, run_id, deadline) as batch:
            return self._files().land_batch(batch)

    def _files(self) -> LandFiles:
        return LandFiles(
            state=self.state,
            artifacts=self.artifacts,
            landing=S3Landing(self.s3, self.settings.landing_bucket),
            connect=self._connect,
            now=self.now,
            sleep=self.sleep,
        )

    def _connect(self, spec: SourceSpec) -> AbstractContextManager[Source]:
        if isinstance(spec, FtpSource):
            from millrace_ingest.adapters.ftp import connect_ftp

            return connect_ftp(spec, self.secrets())
        from millrace_ingest.adapters.filesystem import connect_filesystem

        if not isinstance(spec, FileSystemSource):
            raise SourceMalformed(f"source.kind {spec.kind} holds no files")
        return connect_filesystem(spec, self.settings.sources_mount)
