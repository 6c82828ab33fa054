"""What this service needs of the deployed specs, which may be what broke a run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from millrace_contracts import SpecKey
from millrace_contracts.dataset import Expectations, Owner
from millrace_contracts.keys import KeyMalformed, specs_prefix
from millrace_notify.adapters.aws_errors import aws_errors
from millrace_notify.ports import Deployed

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_SPEC = "dataset.json"


class S3Specs:
    """Specs on S3; one that cannot be read must not keep a message from people."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def owner(self, dataset: str) -> Owner | None:
        try:
            return _owner(self._document(dataset))
        except (BotoCoreError, ClientError, ValueError):
            return None

    def deployed(self) -> Iterator[Deployed]:
        with aws_errors():
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=specs_prefix()
            )
            listed = [item for page in pages for item in page.get("Contents", [])]
        for item in listed:
            try:
                key = SpecKey.parse(item["Key"])
            except KeyMalformed:
                continue
            if key.file != _SPEC:
                continue
            with aws_errors():
                try:
                    document = self._document(key.dataset)
                except ValueError:
                    document = {}
            yield Deployed(
                key.dataset, _owner(document), _expectations(document), item["LastModified"]
            )

    def _document(self, dataset: str) -> dict[str, Any]:
        key = str(SpecKey(dataset, _SPEC))
        body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        document = json.loads(body)
        return document if isinstance(document, dict) else {}


def _owner(document: dict[str, Any]) -> Owner | None:
    try:
        return Owner.model_validate(document["owner"])
    except (ValueError, LookupError, TypeError):
        return None


def _expectations(document: dict[str, Any]) -> Expectations:
    try:
        return Expectations.model_validate(document.get("expect", {}))
    except ValueError:
        return Expectations()
