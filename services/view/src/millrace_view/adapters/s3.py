"""View files on S3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from millrace_contracts import SpecKey, view_prefix
from millrace_contracts.keys import KeyMalformed, view_registry_key
from millrace_view.adapters.aws_errors import aws_errors, error_code
from millrace_view.adapters.registry_text import read_registry, write_registry
from millrace_view.errors import ViewMalformed
from millrace_view.registry import Registry

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class S3ViewFiles:
    """ViewFiles among the artifacts."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def texts(self, dataset: str) -> Mapping[str, str]:
        with aws_errors():
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=view_prefix(dataset)
            )
            listed = [item["Key"] for page in pages for item in page.get("Contents", [])]
        return {key: self._text(key) for key in listed if key.endswith(".sql")}

    def is_dataset(self, name: str) -> bool:
        return self._body(str(SpecKey(name, "dataset.json"))) is not None

    def registry(self) -> Registry:
        body = self._body(view_registry_key())
        return Registry() if body is None else read_registry(body.decode())

    def keep(self, registry: Registry) -> None:
        with aws_errors():
            self._client.put_object(
                Bucket=self._bucket, Key=view_registry_key(), Body=write_registry(registry).encode()
            )

    def _body(self, key: str) -> bytes | None:
        with aws_errors():
            try:
                return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
            except ClientError as exc:
                if error_code(exc) == "NoSuchKey":
                    return None
                raise

    def _text(self, key: str) -> str:
        try:
            SpecKey.parse(key)
        except KeyMalformed as exc:
            raise ViewMalformed(f"{key}: a view is named [a-z][a-z0-9_]*.sql") from exc
        with aws_errors():
            body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        try:
            return body.decode("utf-8-sig")
        except UnicodeDecodeError as exc:
            raise ViewMalformed(f"{key}: not UTF-8 at byte {exc.start}") from exc
