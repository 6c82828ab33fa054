"""How a stream of unknown length is cut into the parts of one multipart upload, and its digest."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_FIRST_BYTES = 8 * 1024 * 1024
_STEP = 1000

PartSize = Callable[[int], int]
"""Size in bytes of the part of a number, from 1."""


def part_size_bytes(number: int) -> int:
    """Size of the part of this number, from 1.

    It doubles every 1,000 parts: the first 8 GB go in parts of 8 MiB, and 10,000 parts hold
    7.8 TiB. S3 allows 10,000 parts of at most 5 GiB (S3 User Guide, "Amazon S3 multipart upload
    limits").
    """
    return _FIRST_BYTES << ((number - 1) // _STEP)


def digest_of_parts(digests: Sequence[bytes]) -> str:
    """SHA-256 of one part, or of the SHA-256s of several, in hex digits.

    No hash of the whole can be carried from one worker to the next, because ``hashlib`` keeps its
    state to itself; the parts' hashes can. It is the object's composite checksum at S3 (S3 User
    Guide, "Checking object integrity"), which S3 computes too and compares part by part.
    """
    if len(digests) == 1:
        return digests[0].hex()
    return hashlib.sha256(b"".join(digests)).hexdigest()


@dataclass(frozen=True, slots=True)
class Progress:
    """A half-done upload: its id, and the SHA-256 of each part that the store holds."""

    upload_id: str
    digests: tuple[bytes, ...]

    def __str__(self) -> str:
        joined = base64.b64encode(b"".join(self.digests)).decode()
        return json.dumps({"id": self.upload_id, "sha256": joined})

    @classmethod
    def parse(cls, text: str) -> Progress:
        """Inverse of ``str``."""
        fields = json.loads(text)
        joined = base64.b64decode(fields["sha256"])
        return cls(fields["id"], tuple(joined[at : at + 32] for at in range(0, len(joined), 32)))
