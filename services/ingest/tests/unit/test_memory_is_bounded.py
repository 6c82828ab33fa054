import tracemalloc
import zipfile

from laptop import NOON

from millrace_contracts.dataset import FileSystemSource
from millrace_contracts.state import FileRecord, FileStatus, MemoryRunState
from millrace_ingest.adapters.filesystem import connect_filesystem
from millrace_ingest.adapters.s3 import S3Landing
from millrace_ingest.copying import Copying
from millrace_ingest.leases import LEASE, ClaimLease
from millrace_ingest.ledger import Ledger

MIB = 1024 * 1024
SIZE = 96 * MIB


class Drain:
    """An S3 client that counts the bytes it is sent and keeps none."""

    def __init__(self):
        self.size_bytes = 0

    def create_multipart_upload(self, **_):
        return {"UploadId": "u"}

    def upload_part(self, *, Body, **_):
        self.size_bytes += len(Body.read())
        return {"ETag": "e"}

    def complete_multipart_upload(self, **_):
        return {}


def test_a_large_member_of_an_archive_is_copied_within_a_few_parts_of_memory(tmp_path):
    with (
        zipfile.ZipFile(tmp_path / "out.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out,
        out.open("zeros.csv", "w") as member,
    ):
        for _ in range(SIZE // MIB):
            member.write(bytes(MIB))
    spec = FileSystemSource(kind="filesystem", url="zip://::file://{mount}/out.zip")
    drain = Drain()

    with connect_filesystem(spec, str(tmp_path)) as source:
        (file,) = source.files()
        claim = FileRecord(
            dataset="flights",
            file_id=file.file_id,
            source=file.source,
            status=FileStatus.CLAIMED,
            bucket="landing",
            key="k",
            batch_id="r1",
            claimed_by="r1",
            lease_until=NOON,
        )
        copying = Copying(source, S3Landing(drain, "landing"), Ledger([]), lambda: NOON)
        lease = ClaimLease(MemoryRunState(), claim, NOON + LEASE, lambda: NOON)
        tracemalloc.start()
        try:
            landed = copying.copy(file, lease)
            peak_bytes = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert landed.size_bytes == drain.size_bytes == SIZE
    assert peak_bytes < 40 * MIB
