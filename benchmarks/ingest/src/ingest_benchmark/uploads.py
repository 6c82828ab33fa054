"""One way each to put a file of this machine into a bucket: entered it is ready, called it puts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from ingest_benchmark.servers import BUCKET, s3_client

Put = Callable[[], object]


@contextmanager
def millrace(port: int, file: Path, key: str) -> Iterator[Put]:
    """The whole copy: SHA-256 of every part, which S3 checks, and a commit under a condition."""
    from millrace_contracts.dataset import FileSystemSource
    from millrace_contracts.state import FileRecord, FileStatus, MemoryRunState
    from millrace_ingest.adapters.filesystem import connect_filesystem
    from millrace_ingest.adapters.s3 import S3Landing
    from millrace_ingest.copying import Copying
    from millrace_ingest.leases import ClaimLease
    from millrace_ingest.ledger import Ledger

    def now() -> datetime:
        return datetime.now(UTC)

    spec = FileSystemSource(kind="filesystem", url=file.parent.as_uri(), match=file.name)
    with connect_filesystem(spec, "/") as source:
        (listed,) = source.files()
        until = now() + timedelta(hours=1)
        claim = FileRecord(
            dataset="benchmark",
            file_id=listed.file_id,
            source=listed.source,
            status=FileStatus.CLAIMED,
            bucket=BUCKET,
            key=key,
            batch_id="r1",
            claimed_by="r1",
            lease_until=until,
        )
        lease = ClaimLease(MemoryRunState(), claim, until, now)
        copying = Copying(source, S3Landing(s3_client(port), BUCKET), Ledger([]), now)
        yield lambda: copying.copy(listed, lease)


@contextmanager
def upload_file(port: int, file: Path, key: str, checksum: str | None = None) -> Iterator[Put]:
    """boto3's upload_file as it comes: threads, no condition."""
    client = s3_client(port)
    extra = {"ChecksumAlgorithm": checksum} if checksum else None
    yield lambda: client.upload_file(str(file), BUCKET, key, ExtraArgs=extra)


UPLOADS: dict[str, Callable[[int, Path, str], AbstractContextManager[Put]]] = {
    "millrace": millrace,
    "boto3 upload_file": upload_file,
    "boto3 upload_file, SHA-256": partial(upload_file, checksum="SHA256"),
}
