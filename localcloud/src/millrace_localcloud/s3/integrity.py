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

from millrace_localcloud.s3.checksums import ALGORITHMS, DEFAULT, SIZES, Checksum, checksum_of

_TRAILER_BYTES = 512


def check_md5(headers: Mapping[str, str], body: bytes) -> None:
    """Compare ``body`` with Content-MD5. Raises S3ClientError: BadDigest, InvalidDigest."""
    if claimed := headers.get("Content-MD5"):
        actual = hashlib.md5(body, usedforsecurity=False).digest()
        if _decoded(claimed) != actual:
            raise S3ClientError(
                "BadDigest", "The Content-MD5 you specified did not match what we received."
            )


def checksum_of_body(
    headers: Mapping[str, str], body: bytes, raw_body: bytes, algorithm: str = DEFAULT
) -> Checksum:
    """The checksum of ``body``, which is the one that its sender claims if any is claimed.

    Args:
        headers: Of the request.
        body: The object's bytes.
        raw_body: What was sent: ``body``, or its chunked encoding with a trailer.
        algorithm: Of the checksum if none is claimed.

    Raises:
        S3ClientError: BadDigest, InvalidRequest.
    """
    claimed = claimed_checksum(headers, raw_body)
    if claimed is None:
        if "x-amz-sdk-checksum-algorithm" in headers:
            raise S3ClientError(
                "InvalidRequest",
                "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or "
                "x-amz-trailer headers were found.",
            )
        return checksum_of([body], algorithm)
    if checksum_of([body], claimed.algorithm) != claimed:
        raise mismatch(claimed)
    return claimed


def claimed_checksum(headers: Mapping[str, str], raw_body: bytes = b"") -> Checksum | None:
    """The x-amz-checksum-* of header or trailer. Raises S3ClientError: InvalidRequest."""
    found = [
        Checksum(algorithm, value)
        for algorithm in ALGORITHMS
        if (value := _claimed(f"x-amz-checksum-{algorithm.lower()}", headers, raw_body))
    ]
    if len(found) > 1:
        raise S3ClientError(
            "InvalidRequest",
            "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
        )
    for claimed in found:
        encoded, _, parts = claimed.value.partition("-")
        if _size_of(encoded) != SIZES[claimed.algorithm] or (parts and not parts.isdigit()):
            raise S3ClientError("InvalidRequest", f"Value for {claimed.header} header is invalid.")
    return found[0] if found else None


def mismatch(claimed: Checksum) -> S3ClientError:
    """S3's answer to a checksum that is not the body's."""
    return S3ClientError(
        "BadDigest",
        f"The {claimed.algorithm} you specified did not match the calculated checksum.",
    )


def _claimed(name: str, headers: Mapping[str, str], raw_body: bytes) -> str | None:
    if name in headers:
        return headers[name]
    if name != headers.get("x-amz-trailer", "").strip().lower():
        return None
    trailer = re.search(name.encode() + rb":([^\r\n]+)", raw_body[-_TRAILER_BYTES:])
    return trailer.group(1).decode().strip() if trailer else None


def _size_of(encoded: str) -> int | None:
    try:
        return len(base64.b64decode(encoded, validate=True))
    except (binascii.Error, ValueError):
        return None


def _decoded(digest: str) -> bytes:
    try:
        return base64.b64decode(digest, validate=True)
    except binascii.Error:
        raise S3ClientError("InvalidDigest", "The Content-MD5 you specified was invalid.") from None
