"""One object, or one version of it, whose bytes are a file."""

from __future__ import annotations

import hashlib
import os
import threading
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from moto.s3.models import FakeKey

from millrace_localcloud.s3.body import FileBody
from millrace_localcloud.s3.checksums import Checksum
from millrace_localcloud.s3.layout import Layout

Signature = tuple[int, int, int]
"""What changes when somebody writes the file: mtime in nanoseconds, size, inode."""


def signature(status: os.stat_result) -> Signature:
    """Of a file, from its status."""
    return status.st_mtime_ns, status.st_size, status.st_ino


class StoredKey(FakeKey):
    """moto's key with its bytes on disk.

    It is made in ``aside``, a folder outside the lake, is published into the lake when it becomes
    the current version, and goes back aside when another version takes its place.
    """

    layout: ClassVar[Layout]
    aside: ClassVar[Path]

    _file: Path | None = None
    """Where the bytes are while they are not in the lake."""
    signature: Signature
    _etag: str | None

    @classmethod
    def adopted(cls, bucket: Any, name: str, status: os.stat_result, version_id: str) -> StoredKey:
        """The key of a file that somebody put into the lake, with its ``status``."""
        key = cls(
            name,
            status,
            account_id=bucket.account_id,
            region_name=bucket.region_name,
            bucket_name=bucket.name,
            is_versioned=bucket.is_versioned,
            version_id=version_id,
        )
        written_at = datetime.fromtimestamp(key.signature[0] / 1e9, UTC)
        key.last_modified = written_at.replace(tzinfo=None)
        return key

    @property
    def value(self) -> bytes:
        with self.layout.still():
            path = self._path()
            return path.read_bytes() if path else b""

    @value.setter
    def value(self, content: Any) -> None:
        """Keep ``content``: bytes, text, chunks, or the status of a file that is in the lake."""
        self._value_buffer = None
        if isinstance(content, os.stat_result):
            self._note(content)
            return
        file = self.aside / uuid.uuid4().hex
        md5 = hashlib.md5(usedforsecurity=False) if self._etag is None else None
        with file.open("wb") as out:
            for chunk in _chunks(content):
                out.write(chunk)
                if md5:
                    md5.update(chunk)
        self._file = file
        self._note(file.stat())
        if md5:
            self._etag = md5.hexdigest()

    @property
    def etag(self) -> str:
        if self._etag is None:
            digest = hashlib.md5(usedforsecurity=False)
            for chunk in self.open():
                digest.update(chunk)
            self._etag = digest.hexdigest()
        return f'"{self._etag}"'

    @property
    def checksum(self) -> Checksum | None:
        """What is kept of the bytes that were sent; None of a file that was put into the lake."""
        if self.checksum_algorithm is None or self.checksum_value is None:
            return None
        return Checksum(self.checksum_algorithm, self.checksum_value)

    def keep_checksum(self, checksum: Checksum, kind: str = "FULL_OBJECT", parts: int = 1) -> None:
        """Keep the checksum of the bytes, of type ``kind``."""
        self.checksum_algorithm = checksum.algorithm
        self.checksum_value = checksum.value
        self.checksum_type = kind
        self.checksum_parts = parts

    def checksum_headers(self) -> dict[str, str]:
        """As S3 answers them."""
        checksum = self.checksum
        if checksum is None:
            return {}
        parts = f"-{self.checksum_parts}" if self.checksum_type == "COMPOSITE" else ""
        return {
            checksum.header: checksum.value + parts,
            "x-amz-checksum-type": self.checksum_type or "FULL_OBJECT",
        }

    @property
    def in_lake(self) -> bool:
        return self._file is None

    def open(self) -> FileBody:
        """The bytes, unread. Raises FileNotFoundError when somebody has just removed them."""
        with self.layout.still():
            path = self._path()
            if path is None:
                raise FileNotFoundError(self.name)
            return FileBody.open(path)

    def publish(self) -> None:
        """Become the file that everybody sees under this key."""
        if self._file is not None:
            self.layout.publish(self._file, self.bucket_name, self.name)
            self._file = None

    def retire(self) -> None:
        """Leave the lake but keep the bytes."""
        file = self.aside / uuid.uuid4().hex
        if self._file is None and self.layout.take(self.bucket_name, self.name, file):
            self._file = file

    def forget_bytes(self) -> None:
        """Drop what lies aside, keeping size and etag: a part of a completed upload."""
        if self._file is not None:
            self._file.unlink(missing_ok=True)
            self._file = None

    def dispose(self, garbage: bool = False) -> None:
        # moto's __del__ calls this too, for copies that share the file.
        if not garbage:
            self.forget_bytes()
            self.disposed = True

    def _path(self) -> Path | None:
        if self._file is not None:
            return self._file
        return self.layout.find(self.bucket_name, self.name) if self.bucket_name else None

    def _note(self, status: os.stat_result) -> None:
        self.signature = signature(status)
        self.contentsize = status.st_size

    def __deepcopy__(self, memo: Any) -> StoredKey:
        copied = type(self).__new__(type(self))
        copied.__setstate__(self.__getstate__())
        return copied

    def __getstate__(self) -> dict[str, Any]:
        unsaved = ("lock", "_value_buffer")
        state = {name: kept for name, kept in self.__dict__.items() if name not in unsaved}
        if self._file is not None:
            state["_file"] = self._file.name  # the home may be moved
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        if self._file is not None:
            self._file = self.aside / self._file
        self.lock = threading.Lock()


def _chunks(content: Any) -> Iterable[bytes]:
    if isinstance(content, str):
        return [content.encode()]
    return [bytes(content)] if isinstance(content, bytes | bytearray) else content
