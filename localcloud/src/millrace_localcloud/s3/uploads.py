"""Multipart uploads whose parts are files, joined without holding them in memory."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from moto.s3.exceptions import EntityTooSmall, InvalidPart, MalformedXML, S3ClientError
from moto.s3.models import FakeMultipart
from moto.settings import S3_UPLOAD_PART_MIN_SIZE

from millrace_localcloud.s3.checksums import ALGORITHMS, DEFAULT, Checksum, checksum_of
from millrace_localcloud.s3.completions import Completion, NamedPart
from millrace_localcloud.s3.integrity import mismatch
from millrace_localcloud.s3.objects import StoredKey

_TYPES = {
    "CRC32": ("COMPOSITE", "FULL_OBJECT"),
    "CRC32C": ("COMPOSITE", "FULL_OBJECT"),
    "CRC64NVME": ("FULL_OBJECT",),
}
"""The types of checksum that an algorithm has, its default first; the others are composite only."""


@dataclass(frozen=True, slots=True)
class Joined:
    """The object that an upload becomes."""

    content: JoinedParts
    etag: str
    checksum: Checksum
    checksum_type: str
    parts: int = 1


class JoinedParts:
    """The bytes of parts one after the other."""

    def __init__(self, parts: Sequence[StoredKey]) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[bytes]:
        for part in self._parts:
            yield from part.open()


class LakeUpload(FakeMultipart):
    """moto's multipart upload; its parts' bytes go once the object is complete."""

    def declare_checksum(self) -> None:
        """Take the type that the algorithm has. Raises S3ClientError: InvalidRequest."""
        algorithm, kind = self._declared("algorithm"), self._declared("type")
        if algorithm is None:
            if kind is not None:
                raise _invalid(
                    "The x-amz-checksum-type header can only be used with the "
                    "x-amz-checksum-algorithm header."
                )
            return
        if algorithm not in ALGORITHMS:
            raise _invalid(
                "Checksum algorithm provided is unsupported. Please try again with any of the "
                f"valid types: [{', '.join(ALGORITHMS)}]"
            )
        kinds = _TYPES.get(algorithm, ("COMPOSITE",))
        if kind is not None and kind not in kinds:
            raise _invalid(
                f"The {kind} checksum type cannot be used with the {algorithm.lower()} "
                "checksum algorithm."
            )
        self.metadata["x-amz-checksum-type"] = kind or kinds[0]

    @property
    def algorithm(self) -> str:
        """Of its parts' checksums."""
        return self._declared("algorithm") or DEFAULT

    def check_part(self, checksum: Checksum) -> None:
        """Refuse a part with another kind of checksum than the upload declared."""
        declared = self._declared("algorithm")
        if declared and checksum.algorithm != declared:
            raise _invalid(
                f"Checksum Type mismatch occurred, expected checksum Type: {declared.lower()}, "
                f"actual checksum Type: {checksum.algorithm.lower()}"
            )

    def complete(self, asked: Completion) -> Joined:
        """Check what the client says of the parts and join them.

        Raises:
            InvalidPart: A part is not there or has another ETag or checksum.
            EntityTooSmall: A part that is not the last has under 5 MB.
            MalformedXML: No part is named.
            S3ClientError: BadDigest, InvalidRequest.
        """
        parts = [self._named(part) for part in asked.parts]
        if not parts:
            raise MalformedXML
        if any(part.contentsize < S3_UPLOAD_PART_MIN_SIZE for part in parts[:-1]):
            raise EntityTooSmall
        size = sum(part.contentsize for part in parts)
        if asked.size is not None and asked.size != size:
            raise _invalid(
                "The provided 'x-amz-mp-object-size' header value "
                f"{asked.size} does not match what was computed: {size}"
            )
        joined = self._joined(parts)
        if asked.checksum_type not in (None, joined.checksum_type):
            raise _invalid(
                f"The upload was created using the {joined.checksum_type} checksum mode. "
                "The complete request must use the same checksum mode."
            )
        if asked.checksum and asked.checksum != _whole(joined, asked.checksum):
            raise mismatch(asked.checksum)
        return joined

    def forget_parts(self) -> None:
        for part in self.parts.values():
            part.forget_bytes()

    def _declared(self, what: str) -> str | None:
        return self.metadata.get(f"x-amz-checksum-{what}")

    def _named(self, named: NamedPart) -> Any:
        part = self.parts.get(named.number)
        if part is None or part.etag.strip('"') != named.etag.strip('"'):
            raise InvalidPart
        algorithm = self.algorithm
        if self._declared("type") == "COMPOSITE" and algorithm not in named.checksums:
            raise _invalid(
                f"The upload was created using a {algorithm.lower()} checksum. The complete "
                "request must include the checksum for each part. It was missing for part "
                f"{named.number} in the request."
            )
        for claimed, value in named.checksums.items():
            if _checksum_of_part(part, claimed).value != value:
                raise InvalidPart
        return part

    def _joined(self, parts: Sequence[StoredKey]) -> Joined:
        digests = b"".join(bytes.fromhex(part.etag.strip('"')) for part in parts)
        etag = f"{hashlib.md5(digests, usedforsecurity=False).hexdigest()}-{len(parts)}"
        content = JoinedParts(parts)
        algorithm = self.algorithm
        if self._declared("type") != "COMPOSITE":
            return Joined(content, etag, checksum_of(content, algorithm), "FULL_OBJECT")
        of_parts = [base64.b64decode(_checksum_of_part(part, algorithm).value) for part in parts]
        return Joined(content, etag, checksum_of(of_parts, algorithm), "COMPOSITE", len(parts))


def _checksum_of_part(part: StoredKey, algorithm: str) -> Checksum:
    if part.checksum is None or part.checksum.algorithm != algorithm:
        return checksum_of(part.open(), algorithm)
    return part.checksum


def _whole(joined: Joined, claimed: Checksum) -> Checksum:
    if joined.checksum_type == "COMPOSITE":
        number = f"-{joined.parts}" if "-" in claimed.value else ""
        return Checksum(joined.checksum.algorithm, joined.checksum.value + number)
    return checksum_of(joined.content, claimed.algorithm)


def _invalid(message: str) -> S3ClientError:
    return S3ClientError("InvalidRequest", message)
