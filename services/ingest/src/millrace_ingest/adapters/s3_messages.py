"""Which messages landed objects hold, on S3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from millrace_contracts import MessagesKey
from millrace_ingest.adapters.aws_errors import aws_errors, error_code
from millrace_ingest.messages import Contents

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class S3MessageIds:
    """MessageIds among the artifacts: 16 bytes for each message."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, dataset: str, file_id: str, contents: Contents) -> None:
        key = str(MessagesKey(dataset, file_id))
        with aws_errors():
            self._client.put_object(Bucket=self._bucket, Key=key, Body=contents.dump())

    def get(self, dataset: str, file_id: str) -> Contents | None:
        key = str(MessagesKey(dataset, file_id))
        with aws_errors():
            try:
                answer = self._client.get_object(Bucket=self._bucket, Key=key)
            except ClientError as exc:
                if error_code(exc) == "NoSuchKey":
                    return None
                raise
            return Contents.parse(answer["Body"].read())
