"""List the objects that one S3 target asks a crawler to look at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError


class TargetMissing(Exception):
    """The target's bucket does not exist."""


@dataclass(frozen=True, slots=True)
class CrawledObject:
    """One object as S3 lists it."""

    bucket: str
    key: str
    size_bytes: int
    etag: str

    @property
    def folders(self) -> tuple[str, ...]:
        """The bucket and the folders of the key: a table's level is a length of this."""
        return (self.bucket, *self.key.split("/")[:-1])


def list_target(s3: Any, path: str, exclusions: Sequence[str]) -> list[CrawledObject]:
    """Objects below ``path`` that hold data, in key order.

    A name that begins with ``_`` or ``.`` is hidden from Glue, and an empty object has no records.

    Args:
        s3: S3 client.
        path: Include path, ``s3://bucket/folder/`` or one object's URI.
        exclusions: Glob patterns, relative to the include path.

    Raises:
        TargetMissing: There is no such bucket.
    """
    bucket, _, prefix = path.removeprefix("s3://").partition("/")
    folder = f"{prefix.rstrip('/')}/" if prefix.rstrip("/") else ""
    excluded = [re.compile(glob_pattern(pattern)) for pattern in exclusions]
    found = []
    for item in _listed(s3, bucket, prefix.rstrip("/")):
        key = item["Key"]
        if not key.startswith(folder) and key != prefix:
            continue
        relative = key.removeprefix(folder)
        if _hidden(relative) or not item["Size"] or key.endswith("/"):
            continue
        if not any(pattern.fullmatch(relative) for pattern in excluded):
            found.append(CrawledObject(bucket, key, item["Size"], item["ETag"]))
    return found


def _listed(s3: Any, bucket: str, prefix: str) -> Iterator[dict[str, Any]]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    try:
        for page in pages:
            yield from page.get("Contents", ())
    except ClientError as exc:
        if exc.response["Error"]["Code"] == "NoSuchBucket":
            raise TargetMissing(f"The S3 location s3://{bucket} does not exist") from exc
        raise


def _hidden(relative: str) -> bool:
    return any(name.startswith(("_", ".")) for name in relative.split("/"))


def glob_pattern(glob: str) -> str:
    """Regular expression of an exclude pattern.

    ``*`` stays in its folder and ``**`` does not; also ``?``, ``[a-z]`` and ``{a,b}`` ("Include and
    exclude patterns", AWS Glue Developer Guide).
    """
    token = re.compile(r"\*\*|\*|\?|\[[^\]]*\]|\{[^}]*\}|\\.|.", re.DOTALL)
    return "".join(_part(part) for part in token.findall(glob))


def _part(part: str) -> str:
    simple = {"**": ".*", "*": "[^/]*", "?": "[^/]"}
    if part in simple:
        return simple[part]
    if part.startswith("[") and len(part) > 2:
        inside = part[1:-1]
        return f"[{'^' + inside[1:] if inside.startswith('!') else inside}]"
    if part.startswith("{") and len(part) > 1:
        return f"(?:{'|'.join(glob_pattern(choice) for choice in part[1:-1].split(','))})"
    return re.escape(part[-1])
