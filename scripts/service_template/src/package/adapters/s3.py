"""Deployed specs on S3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from millrace_contracts import Dataset, SpecKey
from millrace_{name}.adapters.aws_errors import aws_errors
from millrace_{name}.errors import DatasetUnknown

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class S3Specs:
    """Specs among the artifacts."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def read(self, dataset: str) -> Dataset:
        key = str(SpecKey(dataset, "dataset.json"))
        with aws_errors():
            try:
                body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
            except ClientError as exc:
                if exc.response["Error"]["Code"] != "NoSuchKey":
                    raise
                raise DatasetUnknown(f"{dataset} is not deployed") from exc
        return Dataset.model_validate_json(body)
