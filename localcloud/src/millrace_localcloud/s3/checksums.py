"""The checksums that S3 computes of objects and parts.

Amazon S3 User Guide, "Checking object integrity in Amazon S3".
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from awscrt.checksums import XXHash, crc32, crc32c, crc64nvme

DEFAULT = "CRC64NVME"
"""What S3 computes of an object whose sender claimed nothing."""


class _Digest(Protocol):
    def update(self, chunk: bytes, /) -> object: ...
    def digest(self) -> bytes: ...


class _Crc:
    def __init__(self, step: Callable[[bytes, int], int], size: int) -> None:
        self._step = step
        self._size = size
        self._value = 0

    def update(self, chunk: bytes) -> None:
        self._value = self._step(chunk, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(self._size, "big")


class _Xxhash:
    def __init__(self, start: Callable[[], Any]) -> None:
        self._state = start()

    def update(self, chunk: bytes) -> None:
        self._state.update(chunk)

    def digest(self) -> bytes:
        return bytes(self._state.finalize())


_DIGESTS: dict[str, Callable[[], _Digest]] = {
    "CRC32": partial(_Crc, crc32, 4),
    "CRC32C": partial(_Crc, crc32c, 4),
    "CRC64NVME": partial(_Crc, crc64nvme, 8),
    "SHA1": partial(hashlib.sha1, usedforsecurity=False),
    "SHA256": hashlib.sha256,
    "SHA512": hashlib.sha512,
    "MD5": partial(hashlib.md5, usedforsecurity=False),
    "XXHASH64": partial(_Xxhash, XXHash.new_xxhash64),
    "XXHASH3": partial(_Xxhash, XXHash.new_xxhash3_64),
    "XXHASH128": partial(_Xxhash, XXHash.new_xxhash3_128),
}

ALGORITHMS = tuple(_DIGESTS)
SIZES = {algorithm: len(make().digest()) for algorithm, make in _DIGESTS.items()}
"""Bytes of a checksum, by algorithm."""


@dataclass(frozen=True, slots=True)
class Checksum:
    """A checksum and how it was made."""

    algorithm: str
    value: str
    """In base64; of parts' checksums with their number behind it, ``…=-3``."""

    @property
    def header(self) -> str:
        return f"x-amz-checksum-{self.algorithm.lower()}"

    @property
    def member(self) -> str:
        """Its name in the bodies of answers."""
        return f"Checksum{self.algorithm}"


def digest_of(chunks: Iterable[bytes], algorithm: str) -> bytes:
    """The checksum of ``chunks`` one after the other, not encoded."""
    digest = _DIGESTS[algorithm]()
    for chunk in chunks:
        digest.update(chunk)
    return digest.digest()


def checksum_of(chunks: Iterable[bytes], algorithm: str) -> Checksum:
    """The checksum of ``chunks`` one after the other."""
    return Checksum(algorithm, base64.b64encode(digest_of(chunks, algorithm)).decode())


def compute(body: bytes, algorithm: str, encode_base64: bool = True) -> bytes:
    """In place of moto's function of this shape, which knows four algorithms."""
    digest = digest_of([body], algorithm)
    return base64.b64encode(digest) if encode_base64 else digest
