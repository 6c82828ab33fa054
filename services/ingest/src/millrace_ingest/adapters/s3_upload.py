"""Upload on S3: in parts that outlive their worker, committed under a condition."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from millrace_ingest.adapters.aws_errors import aws_errors, error_code
from millrace_ingest.errors import SourceChanged, StoreUnavailable
from millrace_ingest.parts import Progress, digest_of_parts, part_size_bytes

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef


class S3Upload:
    """Upload that holds one part in memory; what fits into one part is one put.

    Every part carries its SHA-256, which S3 checks before it keeps the part. The commit asks that
    no object has the key; where one has, it is replaced only if its content differs (S3 User
    Guide, "Conditional writes").
    """

    def __init__(self, client: S3Client, bucket: str, key: str, progress: str) -> None:
        self._client = client
        self._at: Any = {"Bucket": bucket, "Key": key}
        self._pending = io.BytesIO()
        """The part that is being filled. It is sent as it is and filled again, never copied."""
        self._hash = hashlib.sha256()
        """Of what is pending, fed while each chunk is still in the processor's cache."""
        self._upload_id = ""
        self._etags: list[str] = []
        self._digests: list[bytes] = []
        self._seen: bytes | None = None
        """Digest of a part that S3 holds already and that is sent again, to compare."""
        self._is_kept = False
        self._progress = progress
        self.size_bytes = 0

    def __enter__(self) -> S3Upload:
        if self._progress:
            self._resume(Progress.parse(self._progress))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._upload_id and not self._is_kept:
            self._abort()

    def add(self, chunk: bytes) -> None:
        left = memoryview(chunk)
        while left:
            room = part_size_bytes(len(self._etags) + 1) - self._pending.tell()
            if not room:
                self._send_part()
                continue
            self._hash.update(left[:room])
            self._pending.write(left[:room])
            left = left[room:]

    def sha256(self) -> str:
        return digest_of_parts([*self._digests, self._hash.digest()])

    def progress(self) -> str:
        return str(Progress(self._upload_id, tuple(self._digests))) if self._digests else ""

    def suspend(self) -> None:
        self._is_kept = True

    def commit(self) -> None:
        if self._upload_id:
            self._send_part()
            self._complete()
        else:
            self._put()
        self._is_kept = True

    def _resume(self, progress: Progress) -> None:
        """Take over the parts that S3 holds, save the last one, which is read and sent again.

        Reading it again shows whether the source still has the content that the parts came from.
        """
        etags: dict[int, str] = {}
        with aws_errors():
            try:
                pages = self._client.get_paginator("list_parts").paginate(
                    **self._at, UploadId=progress.upload_id
                )
                for page in pages:
                    etags |= {part["PartNumber"]: part["ETag"] for part in page.get("Parts", ())}
            except ClientError as exc:
                if error_code(exc) != "NoSuchUpload":
                    raise
                return
        held = 0
        while held < len(progress.digests) and held + 1 in etags:
            held += 1
        if not held:
            return
        self._upload_id = progress.upload_id
        self._digests = list(progress.digests[: held - 1])
        self._etags = [etags[number] for number in range(1, held)]
        self._seen = progress.digests[held - 1]
        self.size_bytes = sum(map(part_size_bytes, range(1, held)))

    def _send_part(self) -> None:
        digest = self._hash.digest()
        if self._seen not in (None, digest):
            raise SourceChanged(
                f"{self._at['Key']}: the source is not what its first parts came from"
            )
        self._seen = None
        self._pending.truncate()  # what is left of a longer part before
        self._pending.seek(0)
        with aws_errors():
            if not self._upload_id:
                started = self._client.create_multipart_upload(
                    **self._at, ChecksumAlgorithm="SHA256"
                )
                self._upload_id = started["UploadId"]
            sent = self._client.upload_part(
                **self._at,
                UploadId=self._upload_id,
                PartNumber=len(self._etags) + 1,
                Body=self._pending,
                ChecksumAlgorithm="SHA256",
                ChecksumSHA256=_base64(digest),
            )
        self._etags.append(sent["ETag"])
        self._digests.append(digest)
        self._pending.seek(0)
        self._hash = hashlib.sha256()

    def _put(self) -> None:
        digest = self._hash.digest()

        def put(**condition: Any) -> None:
            self._pending.seek(0)
            self._client.put_object(
                **self._at,
                Body=self._pending,
                ChecksumAlgorithm="SHA256",
                ChecksumSHA256=_base64(digest),
                **condition,
            )

        self._make_visible(put, _base64(digest))

    def _complete(self) -> None:
        parts: list[CompletedPartTypeDef] = [
            {"PartNumber": number, "ETag": etag, "ChecksumSHA256": _base64(digest)}
            for number, (etag, digest) in enumerate(
                zip(self._etags, self._digests, strict=True), start=1
            )
        ]
        whole = bytes.fromhex(digest_of_parts(self._digests))

        def complete(**condition: Any) -> None:
            self._client.complete_multipart_upload(
                **self._at,
                UploadId=self._upload_id,
                MultipartUpload={"Parts": parts},
                **condition,
            )

        self._make_visible(complete, _base64(whole))

    def _make_visible(self, write: Callable[..., None], checksum: str) -> None:
        with aws_errors():
            try:
                write(IfNoneMatch="*")
            except ClientError as exc:
                if error_code(exc) not in ("PreconditionFailed", "NoSuchUpload"):
                    raise
                self._replace(write, checksum, exc)

    def _replace(self, write: Callable[..., None], checksum: str, because: ClientError) -> None:
        """Settle a commit that found an object: ours from before, or another one's."""
        try:
            found = self._client.head_object(**self._at, ChecksumMode="ENABLED")
        except ClientError as exc:
            # A completed upload that is gone, or an object deleted in between: begin anew.
            raise StoreUnavailable(f"{self._at['Key']}: {because}") from exc
        # S3 adds the number of parts: "…=-3".
        if found.get("ChecksumSHA256", "").partition("-")[0] == checksum:
            if self._upload_id:
                self._abort()
            return
        if error_code(because) == "NoSuchUpload":
            raise StoreUnavailable(f"{self._at['Key']}: {because}") from because
        try:
            write(IfMatch=found["ETag"])
        except ClientError as exc:
            if error_code(exc) == "PreconditionFailed":
                raise StoreUnavailable(f"{self._at['Key']}: written by another worker") from exc
            raise

    def _abort(self) -> None:
        with aws_errors():
            try:
                self._client.abort_multipart_upload(**self._at, UploadId=self._upload_id)
            except ClientError as exc:
                if error_code(exc) != "NoSuchUpload":
                    raise


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()
