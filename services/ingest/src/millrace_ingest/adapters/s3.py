"""Ports on S3."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from pydantic import ValidationError

from millrace_contracts import Dataset, Manifest, ManifestKey, SpecKey
from millrace_ingest.adapters.aws_errors import aws_errors, error_code
from millrace_ingest.errors import ManifestMissing, SpecMalformed, SpecMissing
from millrace_ingest.parts import part_size_bytes

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef


class S3Upload:
    """Upload that holds one part in memory; what fits into one part is one put."""

    def __init__(self, client: S3Client, bucket: str, key: str) -> None:
        self._client = client
        self._bucket = bucket
        self._key = key
        self._pending = bytearray()
        self._upload_id = ""
        self._parts: list[CompletedPartTypeDef] = []
        self._is_committed = False

    def __enter__(self) -> S3Upload:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._upload_id and not self._is_committed:
            with aws_errors():
                self._client.abort_multipart_upload(
                    Bucket=self._bucket, Key=self._key, UploadId=self._upload_id
                )

    def add(self, chunk: bytes) -> None:
        self._pending += chunk
        size_bytes = part_size_bytes(len(self._parts) + 1)
        while len(self._pending) > size_bytes:
            self._send_part(bytes(self._pending[:size_bytes]))
            del self._pending[:size_bytes]
            size_bytes = part_size_bytes(len(self._parts) + 1)

    def commit(self) -> None:
        if not self._upload_id:
            with aws_errors():
                self._client.put_object(
                    Bucket=self._bucket, Key=self._key, Body=bytes(self._pending)
                )
        else:
            self._send_part(bytes(self._pending))
            with aws_errors():
                self._client.complete_multipart_upload(
                    Bucket=self._bucket,
                    Key=self._key,
                    UploadId=self._upload_id,
                    MultipartUpload={"Parts": self._parts},
                )
        self._is_committed = True

    def _send_part(self, body: bytes) -> None:
        number = len(self._parts) + 1
        with aws_errors():
            if not self._upload_id:
                started = self._client.create_multipart_upload(Bucket=self._bucket, Key=self._key)
                self._upload_id = started["UploadId"]
            sent = self._client.upload_part(
                Bucket=self._bucket,
                Key=self._key,
                UploadId=self._upload_id,
                PartNumber=number,
                Body=body,
            )
        self._parts.append({"PartNumber": number, "ETag": sent["ETag"]})


class S3Landing:
    """Landing on S3."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self.bucket = bucket
        self._client = client

    def upload(self, key: str) -> S3Upload:
        return S3Upload(self._client, self.bucket, key)


class S3Artifacts:
    """Artifacts on S3."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self.bucket = bucket
        self._client = client

    def spec(self, dataset: str) -> Dataset:
        key = str(SpecKey(dataset, "dataset.json"))
        body = self._get(key)
        if body is None:
            raise SpecMissing(f"{dataset}: no spec at s3://{self.bucket}/{key}")
        try:
            return Dataset.model_validate_json(body)
        except ValidationError as exc:
            raise SpecMalformed(f"s3://{self.bucket}/{key}: {exc}") from exc

    def put_manifest(self, manifest: Manifest) -> None:
        with aws_errors():
            self._client.put_object(
                Bucket=self.bucket,
                Key=str(ManifestKey(manifest.run_id)),
                Body=manifest.model_dump_json().encode(),
                ContentType="application/json",
            )

    def manifest(self, run_id: str) -> Manifest:
        key = str(ManifestKey(run_id))
        body = self._get(key)
        if body is None:
            raise ManifestMissing(f"no manifest at s3://{self.bucket}/{key}")
        return Manifest.model_validate_json(body)

    def _get(self, key: str) -> bytes | None:
        with aws_errors():
            try:
                return self._client.get_object(Bucket=self.bucket, Key=key)["Body"].read()
            except ClientError as exc:
                if error_code(exc) == "NoSuchKey":
                    return None
                raise
