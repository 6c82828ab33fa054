"""How a stream of unknown length is cut into the parts of one multipart upload."""

from __future__ import annotations

_FIRST_BYTES = 8 * 1024 * 1024
_STEP = 1000


def part_size_bytes(number: int) -> int:
    """Size of the part of this number, from 1.

    It doubles every 1,000 parts: the first 8 GB go in parts of 8 MiB, and 10,000 parts hold
    7.8 TiB. S3 allows 10,000 parts of at most 5 GiB (S3 User Guide, "Amazon S3 multipart upload
    limits").
    """
    return _FIRST_BYTES << ((number - 1) // _STEP)
