"""Which use case and which adapter land a kind of source: the one place that names them all.

An adapter is imported when its kind is landed first, so that a cold start pays for no other.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, BinaryIO, TypeVar, cast

from millrace_contracts import BatchLanded, Dataset
from millrace_contracts.dataset import (
    ApiSource,
    FileSystemSource,
    FtpSource,
    QueueSource,
    SqlSource,
)
from millrace_contracts.dataset import Source as SourceSpec
from millrace_contracts.keys.landing import drop_prefix
from millrace_contracts.state import ExtractionState, RunState
from millrace_ingest.adapters.s3 import S3Landing
from millrace_ingest.adapters.s3_messages import S3MessageIds
from millrace_ingest.adapters.s3_segments import S3SegmentStore
from millrace_ingest.batches import opened_batch
from millrace_ingest.draining import DrainQueue
from millrace_ingest.errors import SourceMalformed, WindowRefused
from millrace_ingest.extracting import LandRecords, Window
from millrace_ingest.feeds import Feed
from millrace_ingest.landing import LandFiles
from millrace_ingest.ports import Artifacts, Queue, Secrets, Source
from millrace_ingest.secret import NO_SECRET, Secret
from millrace_ingest.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

_Addressed = TypeVar("_Addressed", ApiSource, SqlSource)


@dataclass(frozen=True, slots=True)
class LandDataset:
    """Land what is new of any dataset, by the kind of its source."""

    state: RunState
    extractions: Callable[[], ExtractionState]
    artifacts: Artifacts
    s3: S3Client
    secrets: Callable[[], Secrets]
    sqs: Callable[[], SQSClient]
    settings: Settings
    now: Callable[[], datetime]
    sleep: Callable[[float], None]

    def land(
        self, dataset: str, run_id: str, deadline: datetime, window: Window | None = None
    ) -> BatchLanded:
        """Land the source's new files or records, or a window's, until the deadline, each once.

        Raises:
            TerminalError: The dataset or its source is missing or malformed, or has no windows.
            TransientError: The source or AWS asks to retry.
        """
        with opened_batch(self.state, self.artifacts, self.now, dataset, run_id, deadline) as batch:
            if isinstance(batch.spec.source, ApiSource | SqlSource):
                return self._records().land_batch(batch, window)
            if window is not None:
                raise WindowRefused(f"{dataset}: a window needs a source of records, not of files")
            if isinstance(batch.spec.source, QueueSource):
                return self._messages().land_batch(batch, batch.spec.source)
            return self._files(dataset).land_batch(batch)

    def _messages(self) -> DrainQueue:
        return DrainQueue(
            state=self.state,
            landing=S3Landing(self.s3, self.settings.landing_bucket),
            ids=S3MessageIds(self.s3, self.settings.artifacts_bucket),
            connect=self._connect_queue,
            worker=uuid.uuid4().hex,
            now=self.now,
            sleep=self.sleep,
        )

    def _connect_queue(self, spec: QueueSource) -> AbstractContextManager[Queue]:
        from millrace_ingest.adapters.queue import connect_queue

        return connect_queue(spec, self.sqs, self._secret(spec.secret))

    def _records(self) -> LandRecords:
        return LandRecords(
            state=self.state,
            extractions=self.extractions(),
            store=S3SegmentStore(self.s3, self.settings.landing_bucket),
            connect=self._connect_feed,
            spool=lambda: cast("AbstractContextManager[BinaryIO]", TemporaryFile()),
            now=self.now,
            sleep=self.sleep,
        )

    def _connect_feed(self, dataset: Dataset) -> AbstractContextManager[Feed]:
        spec = dataset.source
        if isinstance(spec, SqlSource):
            from millrace_ingest.adapters.sql.feed import connect_sql

            secret = self._secret(spec.secret)
            return connect_sql(_addressed(spec, secret), secret, self.settings.sources_mount)
        from millrace_ingest.adapters.api.feed import connect_api

        if not isinstance(spec, ApiSource):
            raise SourceMalformed(f"source.kind {spec.kind} holds no records")
        secret = self._secret(spec.auth.secret if spec.auth else None)
        return connect_api(dataset, _addressed(spec, secret), secret, self.now, self.sleep)

    def _secret(self, name: str | None) -> Secret:
        return NO_SECRET if name is None else self.secrets().get(name)

    def _files(self, dataset: str) -> LandFiles:
        return LandFiles(
            state=self.state,
            artifacts=self.artifacts,
            landing=S3Landing(self.s3, self.settings.landing_bucket),
            connect=partial(self._connect, dataset),
            now=self.now,
            sleep=self.sleep,
        )

    def _connect(self, dataset: str, spec: SourceSpec) -> AbstractContextManager[Source]:
        if isinstance(spec, FtpSource):
            from millrace_ingest.adapters.ftp import connect_ftp

            return connect_ftp(spec, self.secrets())
        from millrace_ingest.adapters.filesystem import connect_filesystem

        if not isinstance(spec, FileSystemSource):
            raise SourceMalformed(f"source.kind {spec.kind} holds no files")
        drop = f"s3://{self.settings.landing_bucket}/{drop_prefix(dataset)}"
        return connect_filesystem(spec, self.settings.sources_mount, drop)


def _addressed(spec: _Addressed, secret: Secret) -> _Addressed:
    return spec.model_copy(update={"url": secret.address(spec.url)})
