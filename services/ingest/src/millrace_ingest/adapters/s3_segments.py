"""SegmentStore on S3."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, BinaryIO

from botocore.exceptions import ClientError

from millrace_ingest.adapters.aws_errors import aws_errors, error_code
from millrace_ingest.errors import CursorTooLong
from millrace_ingest.feeds import Reached, StoredSegment

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_NAME = "millrace-segment"
_METADATA_BYTES = 2048
"""What S3 allows for all names and values together (S3 User Guide, "Working with object
metadata")."""
_MISSING = frozenset({"404", "NoSuchKey", "NotFound"})


class S3SegmentStore:
    """Segments as objects that are created once, by ``If-None-Match: *``.

    What a segment leads to is in its object's metadata, so it becomes visible with the object (S3
    User Guide, "How to prevent object overwrites with conditional writes").
    """

    def __init__(self, client: S3Client, bucket: str) -> None:
        self.bucket = bucket
        self._client = client

    def put(self, key: str, content: BinaryIO, segment: StoredSegment) -> bool:
        text = json.dumps(asdict(segment))
        if len(_NAME) + len(text) > _METADATA_BYTES:
            raise CursorTooLong(f"s3://{self.bucket}/{key}: {len(text)} characters of cursor")
        with aws_errors():
            try:
                self._client.put_object(
                    Bucket=self.bucket,
                    Key=key,
                    Body=content,
                    ContentLength=segment.size_bytes,
                    IfNoneMatch="*",
                    Metadata={_NAME: text},
                )
            except ClientError as exc:
                if error_code(exc) == "PreconditionFailed":
                    return False
                raise
        return True

    def find(self, key: str) -> StoredSegment | None:
        with aws_errors():
            try:
                head = self._client.head_object(Bucket=self.bucket, Key=key)
            except ClientError as exc:
                if error_code(exc) in _MISSING:
                    return None
                raise
        told = json.loads(head["Metadata"][_NAME])
        return StoredSegment(told["size_bytes"], told["sha256"], Reached(**told["reached"]))
