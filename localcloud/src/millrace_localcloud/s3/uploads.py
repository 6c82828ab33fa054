"""Multipart uploads whose parts are files, joined without holding them in memory."""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

from moto.s3.exceptions import EntityTooSmall, InvalidPart, MalformedXML
from moto.s3.models import FakeMultipart
from moto.s3.utils import compute_checksum
from moto.settings import S3_UPLOAD_PART_MIN_SIZE

from millrace_localcloud.s3.objects import StoredKey

VERIFIED = ("CRC32", "SHA1", "SHA256")
"""Checksum algorithms that the standard library computes."""


class JoinedParts:
    """The bytes of parts one after the other."""

    def __init__(self, parts: Sequence[StoredKey]) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[bytes]:
        for part in self._parts:
            yield from part.open()


class LakeUpload(FakeMultipart):
    """moto's multipart upload; its parts' bytes go once the object is complete."""

    def complete(
        self, body: Iterator[tuple[int, str]]
    ) -> tuple[JoinedParts, str, tuple[str, str, int] | None]:
        """Check the parts that the client names and join them.

        Raises:
            InvalidPart: A part is not there or has another ETag.
            EntityTooSmall: A part that is not the last has under 5 MB.
            MalformedXML: No part is named.
        """
        named = [self._named(number, etag) for number, etag in body]
        if not named:
            raise MalformedXML
        if any(part.contentsize < S3_UPLOAD_PART_MIN_SIZE for part in named[:-1]):
            raise EntityTooSmall
        digests = b"".join(bytes.fromhex(part.etag.strip('"')) for part in named)
        etag = f"{hashlib.md5(digests, usedforsecurity=False).hexdigest()}-{len(named)}"
        joined = JoinedParts(named)
        return joined, etag, self._checksum(named, joined)

    def forget_parts(self) -> None:
        for part in self.parts.values():
            part.forget_bytes()

    def _named(self, number: int, etag: str) -> Any:
        part = self.parts.get(number)
        if part is None or part.etag.strip('"') != etag.strip('"'):
            raise InvalidPart
        return part

    def _checksum(
        self, parts: Sequence[StoredKey], joined: JoinedParts
    ) -> tuple[str, str, int] | None:
        """Of the whole object, or of its parts' checksums ("Checking object integrity")."""
        algorithm = self.metadata.get("x-amz-checksum-algorithm")
        if algorithm not in VERIFIED:
            return None
        if self.metadata.get("x-amz-checksum-type") == "FULL_OBJECT":
            crc = 0
            for chunk in joined:
                crc = zlib.crc32(chunk, crc)
            return "FULL_OBJECT", base64.b64encode(crc.to_bytes(4, "big")).decode(), 1
        digests = b"".join(
            compute_checksum(part.value, algorithm, encode_base64=False) for part in parts
        )
        return "COMPOSITE", compute_checksum(digests, algorithm).decode(), len(parts)
