"""``s3://bucket/key``."""

from __future__ import annotations


def split_uri(uri: str) -> tuple[str, str]:
    """Bucket and key of an S3 URI. Raises ValueError for anything else."""
    scheme, separator, rest = uri.partition("://")
    bucket, _, key = rest.partition("/")
    if scheme not in ("s3", "s3a", "s3n") or not separator or not bucket:
        raise ValueError(f"not an S3 URI: {uri!r}")
    return bucket, key
