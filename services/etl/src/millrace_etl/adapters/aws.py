"""Objects on S3."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

from millrace_etl.errors import ObjectMissing, StoreUnavailable
from millrace_etl.ports import StoredObject

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_IN_ONE_PIECE = TransferConfig(multipart_threshold=5 * 1024**3)
"""The managed copy takes parts for an object above 5 GB, which CopyObject refuses."""
_DELETE_AT_ONCE = 1000
"""Keys in one DeleteObjects call (Amazon S3 API Reference, DeleteObjects)."""
_MISSING = frozenset({"NoSuchKey", "404"})
_RETRYABLE = frozenset(
    {"SlowDown", "InternalError", "ServiceUnavailable", "RequestTimeout", "500", "503"}
)


class S3Store:
    """ObjectStore on S3; a new object is one conditional write, so two writers cannot both win."""

    def __init__(self, client: S3Client) -> None:
        self._client = client

    def get(self, bucket: str, key: str) -> bytes:
        with _typed_errors(bucket, key):
            return self._client.get_object(Bucket=bucket, Key=key)["Body"].read()

    def first_bytes(self, bucket: str, key: str, count: int) -> bytes:
        return self._range(bucket, key, f"bytes=0-{count - 1}")

    def last_bytes(self, bucket: str, key: str, count: int) -> bytes:
        return self._range(bucket, key, f"bytes=-{count}")

    def put(self, bucket: str, key: str, body: bytes) -> None:
        with _typed_errors(bucket, key):
            self._client.put_object(Bucket=bucket, Key=key, Body=body)

    def put_new(self, bucket: str, key: str, body: bytes) -> bool:
        with _typed_errors(bucket, key):
            try:
                self._client.put_object(Bucket=bucket, Key=key, Body=body, IfNoneMatch="*")
            except ClientError as exc:
                if _code(exc) in ("PreconditionFailed", "ConditionalRequestConflict"):
                    return False
                raise
        return True

    def list(self, bucket: str, prefix: str) -> Sequence[StoredObject]:
        with _typed_errors(bucket, prefix):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=bucket, Prefix=prefix
            )
            return [
                StoredObject(item["Key"], item["Size"])
                for page in pages
                for item in page.get("Contents", ())
            ]

    def copy(self, from_bucket: str, from_key: str, bucket: str, key: str) -> None:
        with _typed_errors(from_bucket, from_key):
            self._client.copy(
                {"Bucket": from_bucket, "Key": from_key}, bucket, key, Config=_IN_ONE_PIECE
            )

    def delete(self, bucket: str, keys: Iterable[str]) -> None:
        remaining = iter(keys)
        while batch := list(islice(remaining, _DELETE_AT_ONCE)):
            with _typed_errors(bucket, batch[0]):
                answer = self._client.delete_objects(
                    Bucket=bucket,
                    Delete={"Objects": [{"Key": key} for key in batch], "Quiet": True},
                )
            for failed in answer.get("Errors", ()):
                raise StoreUnavailable(f"s3://{bucket}/{failed.get('Key')}: {failed.get('Code')}")

    def _range(self, bucket: str, key: str, wanted: str) -> bytes:
        with _typed_errors(bucket, key):
            try:
                answer = self._client.get_object(Bucket=bucket, Key=key, Range=wanted)
            except ClientError as exc:
                if _code(exc) == "InvalidRange":
                    return b""
                raise
            return answer["Body"].read()


@contextmanager
def _typed_errors(bucket: str, key: str) -> Iterator[None]:
    try:
        yield
    except (ConnectionError, HTTPClientError) as exc:
        raise StoreUnavailable(f"s3://{bucket}/{key}: {exc}") from exc
    except ClientError as exc:
        if _code(exc) in _MISSING:
            raise ObjectMissing(f"s3://{bucket}/{key}") from exc
        if _code(exc) in _RETRYABLE:
            raise StoreUnavailable(f"s3://{bucket}/{key}: {exc}") from exc
        raise


def _code(exc: ClientError) -> str:
    return str(exc.response["Error"]["Code"])
