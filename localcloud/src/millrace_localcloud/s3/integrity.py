"""Refuse a body that is not what its sender says it is.

Amazon S3 User Guide, "Checking object integrity for data uploads".
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping

from moto.s3.exceptions import S3ClientError
from moto.s3.utils import compute_checksum

from millrace_localcloud.s3.uploads import VERIFIED

_TRAILER_BYTES = 512


def check_digests(headers: Mapping[str, str], body: bytes, raw_body: bytes) -> None:
    """Compare ``body`` with Content-MD5 and with each x-amz-checksum-* of header or trailer.

    Args:
        headers: Of the request.
        body: The object's bytes.
        raw_body: What was sent: ``body``, or its chunked encoding with a trailer.

    Raises:
        S3ClientError: BadDigest, InvalidDigest.
    """
    if claimed := headers.get("Content-MD5"):
        actual = hashlib.md5(body, usedforsecurity=False).digest()
        if _decoded(claimed) != actual:
            raise S3ClientError(
                "BadDigest", "The Content-MD5 you specified did not match what we received."
            )
    for algorithm in VERIFIED:
        claimed = _claimed(algorithm.lower(), headers, raw_body)
        if claimed and claimed != compute_checksum(body, algorithm).decode():
            raise S3ClientError(
                "BadDigest",
                f"The {algorithm} you specified did not match the calculated checksum.",
            )


def _claimed(algorithm: str, headers: Mapping[str, str], raw_body: bytes) -> str | None:
    name = f"x-amz-checksum-{algorithm}"
    if name in headers or name not in headers.get("x-amz-trailer", ""):
        return headers.get(name)
    trailer = re.search(name.encode() + rb":([^\r\n]+)", raw_body[-_TRAILER_BYTES:])
    return trailer.group(1).decode().strip() if trailer else None


def _decoded(digest: str) -> bytes:
    try:
        return base64.b64decode(digest, validate=True)
    except binascii.Error:
        raise S3ClientError("InvalidDigest", "The Content-MD5 you specified was invalid.") from None
