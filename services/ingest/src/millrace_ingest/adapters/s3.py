"""Ports on S3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from pydantic import ValidationError

from millrace_contracts import Dataset, Manifest, ManifestKey, SpecKey
from millrace_ingest.adapters.aws_errors import aws_errors, error_code
from millrace_ingest.adapters.s3_upload import S3Upload
from millrace_ingest.errors import ManifestMissing, SpecMalformed, SpecMissing

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class S3Landing:
    """Landing on S3."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self.bucket = bucket
        self._client = client

    def holds(self, key: str) -> bool:
        with aws_errors():
            try:
                self._client.head_object(Bucket=self.bucket, Key=key)
            except ClientError as exc:
                if error_code(exc) in ("404", "NoSuchKey"):
                    return False
                raise
        return True

    def upload(self, key: str, progress: str = "") -> S3Upload:
        return S3Upload(self._client, self.bucket, key, progress)


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
