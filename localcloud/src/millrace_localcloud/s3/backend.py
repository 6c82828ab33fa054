"""moto's S3 on files: one winner per conditional write, one event per upload."""

from __future__ import annotations

from typing import Any

from moto.s3 import notifications
from moto.s3.exceptions import MethodNotAllowed, NoSuchUpload, S3ClientError
from moto.s3.models import FakeBucket, FakeKey, FakeTableStorageBucket, S3Backend
from moto.s3.notifications import S3NotificationEvent

from millrace_localcloud.s3 import listing
from millrace_localcloud.s3.checksums import DEFAULT, checksum_of
from millrace_localcloud.s3.completions import Completion
from millrace_localcloud.s3.locks import key_lock
from millrace_localcloud.s3.objects import StoredKey
from millrace_localcloud.s3.uploads import LakeUpload


class StreamedKey:
    """A key whose ``value`` is read only when it is sent."""

    def __init__(self, key: StoredKey) -> None:
        self._key = key
        self.value = key.open()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._key, name)


class LakeBackend(S3Backend):
    """S3 whose objects are the files of the lake."""

    def put_bucket_versioning(self, bucket_name: str, status: str) -> None:
        if status == "Suspended":
            raise S3ClientError(
                "NotImplemented", "Versioning of a bucket of the local cloud cannot be suspended."
            )
        super().put_bucket_versioning(bucket_name, status)

    def delete_bucket(self, bucket_name: str) -> FakeBucket | None:
        deleted = super().delete_bucket(bucket_name)
        if deleted is not None:
            StoredKey.layout.remove_bucket(bucket_name)
        return deleted

    def put_object(self, bucket_name: str, key_name: str, *args: Any, **kwargs: Any) -> FakeKey:
        with key_lock(bucket_name, key_name):
            key = super().put_object(bucket_name, key_name, *args, **kwargs)
            if kwargs.get("checksum_value"):
                key.checksum_type = "FULL_OBJECT"
            return key

    def get_object(
        self, bucket_name: str, key_name: str, *args: Any, **kwargs: Any
    ) -> FakeKey | None:
        with key_lock(bucket_name, key_name):
            return super().get_object(bucket_name, key_name, *args, **kwargs)

    def delete_object(
        self, bucket_name: str, key_name: str, *args: Any, **kwargs: Any
    ) -> tuple[bool, dict[str, Any]]:
        with key_lock(bucket_name, key_name):
            return super().delete_object(bucket_name, key_name, *args, **kwargs)

    def copy_object(
        self,
        src_key: Any,
        dest_bucket_name: str,
        dest_key_name: str,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        source = StreamedKey(src_key)
        try:
            super().copy_object(source, dest_bucket_name, dest_key_name, *args, **kwargs)
        finally:
            source.value.close()
        copy: Any = self.get_object(dest_bucket_name, dest_key_name)
        algorithm = src_key.checksum.algorithm if src_key.checksum else DEFAULT
        if src_key.checksum_type == "FULL_OBJECT":
            copy.keep_checksum(src_key.checksum)
        else:
            copy.keep_checksum(checksum_of(copy.open(), algorithm))

    def create_multipart_upload(self, bucket_name: str, *args: Any, **kwargs: Any) -> LakeUpload:
        upload = super().create_multipart_upload(bucket_name, *args, **kwargs)
        try:
            upload.declare_checksum()
        except S3ClientError:
            dict.pop(self.get_bucket(bucket_name).multiparts, upload.id)
            raise
        return upload

    def upload_of(self, bucket_name: str, multipart_id: str) -> LakeUpload:
        """Raises NoSuchUpload."""
        upload = self.get_bucket(bucket_name).multiparts.get(multipart_id)
        if upload is None:
            raise NoSuchUpload(upload_id=multipart_id)
        return upload

    def upload_part(self, bucket_name: str, multipart_id: str, part_id: int, value: Any) -> FakeKey:
        return self.upload_of(bucket_name, multipart_id).set_part(part_id, value)

    def upload_part_copy(
        self,
        dest_bucket_name: str,
        multipart_id: str,
        part_id: int,
        src_bucket_name: str,
        src_key_name: str,
        src_version_id: str | None,
        start_byte: int | None,
        end_byte: int | None,
    ) -> FakeKey:
        upload = self.upload_of(dest_bucket_name, multipart_id)
        source: Any = self.get_object(src_bucket_name, src_key_name, version_id=src_version_id)
        body = source.open()
        try:
            span = body if end_byte is None else body[start_byte : end_byte + 1]
            return upload.set_part(part_id, span)
        finally:
            body.close()

    def complete_multipart_upload(
        self, bucket_name: str, multipart_id: str, body: Completion
    ) -> FakeKey | None:
        bucket = self.get_bucket(bucket_name)
        upload = self.upload_of(bucket_name, multipart_id)
        joined = upload.complete(body)
        with key_lock(bucket_name, upload.key_name):
            key: Any = self.put_object(
                bucket_name,
                upload.key_name,
                joined.content,
                storage=upload.storage,
                etag=joined.etag,
                multipart=upload,
                encryption=upload.sse_encryption,
                kms_key_id=upload.kms_key_id,
                disable_notification=True,
            )
            key.set_metadata(upload.metadata)
            key.keep_checksum(joined.checksum, joined.checksum_type, joined.parts)
            self.put_object_tagging(key, upload.tags)
            key.set_acl(upload.acl or bucket.acl)
            # MultipartDict's own removal would dispose of the upload that the key now refers to.
            dict.pop(bucket.multiparts, multipart_id, None)
            upload.forget_parts()
        notifications.send_event(
            self.account_id,
            S3NotificationEvent.OBJECT_CREATED_COMPLETE_MULTIPART_UPLOAD_EVENT,
            bucket,
            key,
        )
        return key

    def list_objects(
        self,
        bucket: Any,
        prefix: str | None,
        delimiter: str | None,
        marker: str | None,
        max_keys: int | None,
    ) -> tuple[list[StoredKey], list[str], bool, str | None]:
        page = self._page(bucket, prefix, delimiter, marker, max_keys)
        objects = [entry for entry in page.entries if isinstance(entry, StoredKey)]
        prefixes = [entry for entry in page.entries if isinstance(entry, str)]
        return objects, prefixes, page.last is not None, page.last

    def list_objects_v2(
        self,
        bucket: Any,
        prefix: str | None,
        delimiter: str | None,
        continuation_token: str | None,
        start_after: str | None,
        max_keys: int,
    ) -> tuple[Any, bool, str | None]:
        after = listing.name_in(continuation_token) if continuation_token else start_after
        page = self._page(bucket, prefix, delimiter, after, max_keys)
        token = listing.token_of(page.last) if page.last is not None else None
        return page.entries, token is not None, token

    def _page(
        self,
        bucket: Any,
        prefix: str | None,
        delimiter: str | None,
        after: str | None,
        max_keys: int | None,
    ) -> listing.Page:
        if isinstance(bucket, FakeTableStorageBucket):
            raise MethodNotAllowed
        objects = bucket.keys.current(prefix or "")
        entries = listing.group_by_prefix(objects, prefix or "", delimiter)
        return listing.take_page(entries, after, max_keys)
