"""Owners from the deployed specs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from millrace_contracts import SpecKey
from millrace_contracts.dataset import Owner

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class S3Owners:
    """Owners from specs on S3; a spec that cannot be read must not keep a message from people."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def owner(self, dataset: str) -> Owner | None:
        try:
            key = str(SpecKey(dataset, "dataset.json"))
            body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
            # Only the owner: the rest of the spec may be what broke the run.
            return Owner.model_validate(json.loads(body)["owner"])
        except (BotoCoreError, ClientError, ValueError, LookupError, TypeError):
            return None
