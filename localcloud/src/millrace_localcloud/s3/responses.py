"""S3's HTTP side: locks around check-then-write, digests checked, bodies streamed."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, ClassVar

from moto.s3.exceptions import MissingKey, PreconditionFailed, S3ClientError
from moto.s3.responses import S3Response

from millrace_localcloud.s3.backend import StreamedKey
from millrace_localcloud.s3.events import TAGGED
from millrace_localcloud.s3.integrity import check_digests
from millrace_localcloud.s3.layout import KeyNotStorable
from millrace_localcloud.s3.locks import key_lock


class LakeResponse(S3Response):
    """moto's S3 responses on the lake."""

    send_event: ClassVar[Callable[..., None]]

    def _key_response(self, request: Any, full_url: str) -> Any:
        try:
            if self._is_upload_of_part():
                return super()._key_response(request, full_url)
            with key_lock(self.bucket_name, self.parse_key_name()):
                return super()._key_response(request, full_url)
        except KeyNotStorable as exc:
            raise S3ClientError("KeyTooLongError", str(exc)) from exc

    def _bucket_response(self, request: Any, full_url: str) -> Any:
        try:
            return super()._bucket_response(request, full_url)
        except KeyNotStorable as exc:
            raise S3ClientError("KeyTooLongError", str(exc)) from exc

    def _is_upload_of_part(self) -> bool:
        return self.method == "PUT" and "partNumber" in self.querystring

    def _get_key(self, validate_storage_class: bool = True) -> tuple[Any, bool]:
        key, not_modified = super()._get_key(validate_storage_class)
        try:
            return StreamedKey(key), not_modified
        except FileNotFoundError:
            raise MissingKey(key=key.name) from None

    def put_object(self) -> Any:
        check_digests(self.headers, self.body or b"", self.raw_body)
        return super().put_object()

    def upload_part(self) -> Any:
        check_digests(self.headers, self.body or b"", self.raw_body)
        return super().upload_part()

    def put_object_tagging(self) -> Any:
        answer = super().put_object_tagging()
        key = self.backend.get_object(
            self.bucket_name, self.parse_key_name(), version_id=self._get_param("versionId")
        )
        bucket = self.backend.get_bucket(self.bucket_name)
        self.send_event(self.current_account, TAGGED, bucket, key)
        return answer

    def _key_response_post(
        self, request: Any, body: bytes, bucket_name: str, query: dict[str, Any], key_name: str
    ) -> Any:
        expected = self.headers.get("If-Match")
        if query.get("uploadId") and expected:
            existing = self.backend.get_object(bucket_name, key_name)
            if existing is None:
                raise MissingKey(key=key_name)
            if existing.etag.strip('"') != expected.strip('"'):
                raise PreconditionFailed("If-Match")
        return super()._key_response_post(request, body, bucket_name, query, key_name)

    def _handle_encoded_body(self, body: Any) -> bytes:
        """Undo aws-chunked; upstream's joining copies the body once per chunk."""
        stream = io.BytesIO(body) if isinstance(body, bytes) else body
        chunks = []
        while size := int(stream.readline().strip() or b"0", 16):
            chunks.append(stream.read(size))
            stream.readline()
        return b"".join(chunks)
