"""S3's HTTP side: locks around check-then-write, digests checked, bodies streamed."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, ClassVar

from moto.core.responses import ActionResult
from moto.s3.exceptions import (
    InvalidMaxPartNumberArgument,
    MissingKey,
    PreconditionFailed,
    S3ClientError,
)
from moto.s3.responses import S3Response
from werkzeug.datastructures import ImmutableMultiDict

from millrace_localcloud.s3 import refusals, signing_time
from millrace_localcloud.s3.backend import StreamedKey
from millrace_localcloud.s3.completions import Completion, completion_of
from millrace_localcloud.s3.events import TAGGED
from millrace_localcloud.s3.integrity import check_md5, checksum_of_body
from millrace_localcloud.s3.layout import KeyNotStorable
from millrace_localcloud.s3.locks import key_lock

MAX_PARTS = 10_000


class LakeResponse(S3Response):
    """moto's S3 responses on the lake."""

    send_event: ClassVar[Callable[..., None]]

    def setup_class(
        self, request: Any, full_url: str | None = None, headers: Any = None, **kwargs: Any
    ) -> None:
        if request.method == "PUT":
            # An object whose type is that of a form is no form; moto would take it apart.
            request.get_data()
            vars(request).update(form=ImmutableMultiDict(), files=ImmutableMultiDict())
        super().setup_class(request, full_url, headers, **kwargs)

    def _key_response(self, request: Any, full_url: str) -> Any:
        self._check(request, self.parse_key_name())
        try:
            if self._is_upload_of_part():
                return super()._key_response(request, full_url)
            with key_lock(self.bucket_name, self.parse_key_name()):
                return super()._key_response(request, full_url)
        except KeyNotStorable as exc:
            raise S3ClientError("KeyTooLongError", str(exc)) from exc

    def _bucket_response(self, request: Any, full_url: str) -> Any:
        self._check(request)
        if self.method == "POST" and "policy" in request.form:
            signing_time.check_policy(request.form["policy"], datetime.now(UTC))
        try:
            return super()._bucket_response(request, full_url)
        except KeyNotStorable as exc:
            raise S3ClientError("KeyTooLongError", str(exc)) from exc

    def _check(self, request: Any, key: str = "") -> None:
        refusals.check(
            request.method, self.headers, request.args, owner=self.current_account, key=key
        )
        now = datetime.now(UTC)
        signing_time.check_query(request.args, now)
        signing_time.check_headers(self.headers, now)

    def _is_upload_of_part(self) -> bool:
        return self.method == "PUT" and "partNumber" in self.querystring

    def _get_key(self, validate_storage_class: bool = True) -> tuple[Any, bool]:
        key, not_modified = super()._get_key(validate_storage_class)
        try:
            return StreamedKey(key), not_modified
        except FileNotFoundError:
            raise MissingKey(key=key.name) from None

    def put_object(self) -> Any:
        check_md5(self.headers, self.body or b"")
        return super().put_object()

    def _get_checksum(self, response_headers: dict[str, Any]) -> tuple[str, str]:
        if "x-amz-copy-source" in self.headers:
            return "", ""
        checksum = checksum_of_body(self.headers, self.body or b"", self.raw_body)
        if self.data["Action"] == "PutObject":
            response_headers[checksum.header] = checksum.value
            response_headers["x-amz-checksum-type"] = "FULL_OBJECT"
        return checksum.algorithm, checksum.value

    def copy_object(self) -> Any:
        answer = super().copy_object()
        answer[1].pop("Checksum", None)  # what upstream means for the body, where it is as well
        return answer

    def upload_part(self) -> Any:
        number = self._get_int_param("partNumber")
        if number > MAX_PARTS:
            raise InvalidMaxPartNumberArgument(number)
        body = self.body or b""
        check_md5(self.headers, body)
        upload = self.backend.upload_of(self.bucket_name, self._get_param("uploadId"))
        checksum = checksum_of_body(self.headers, body, self.raw_body, upload.algorithm)
        upload.check_part(checksum)
        part = upload.set_part(number, body)
        part.keep_checksum(checksum)
        headers = {**self._get_cors_headers_other(), **part.response_dict}
        return 200, {**headers, checksum.header: checksum.value, "content-length": "0"}, ""

    def head_object(
        self, bucket_name: str, query: dict[str, Any], key_name: str, headers: dict[str, Any]
    ) -> Any:
        answer = super().head_object(bucket_name, query, key_name, headers)
        if any(name.startswith("x-amz-checksum-") for name in answer[1]):
            # Upstream leaves out the type, and the number of parts behind a composite checksum.
            version = query.get("versionId", [None])[0]
            key = self.backend.get_object(bucket_name, key_name, version_id=version)
            answer[1].update(key.checksum_headers() if key else {})
        return answer

    def serialized(self, action_result: ActionResult) -> Any:
        result: Any = action_result.result
        if self.data.get("Action") == "CompleteMultipartUpload" and "ETag" in result:
            key = self.backend.get_object(result["Bucket"], result["Key"])
            result[key.checksum.member] = key.checksum_headers()[key.checksum.header]
            result["ChecksumType"] = key.checksum_type
        answer = super().serialized(action_result)
        status = getattr(result, "status", answer[0])
        return status, *answer[1:]

    def _complete_multipart_body(self, body: bytes) -> Completion:
        return completion_of(self.headers, body)

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
