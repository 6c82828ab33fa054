"""One version of one file at a source, and what identifies it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

_TELLING = (
    "size",
    "mtime",
    "LastModified",
    "last_modified",
    "modified",
    "updated",
    "ETag",
    "etag",
    "checksum",
    "md5Hash",
    "generation",
    "CRC",
    "date_time",
)
"""What fsspec's file systems tell of a version, by the names they give it."""

_CREDENTIALS = re.compile(r"(://)[^/@:]*(?::[^/@]*)?@")
_QUERY = re.compile(r"\?.*?(?=::|$)")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as the source listed it."""

    source: str
    """Where it is, without credentials or query: the same on every machine."""
    name: str
    """Path below the source's folder."""
    path: str
    """Path as the source's file system knows it."""
    fingerprint: str
    size_bytes: int

    @property
    def file_id(self) -> str:
        """Digest of place and version, 32 hex digits."""
        text = json.dumps([self.source, self.fingerprint])
        return hashlib.sha256(text.encode()).hexdigest()[:32]


def fingerprint(info: Mapping[str, object]) -> str:
    """What tells one version of a file from another, of what its file system says about it.

    Where that is the size alone, a change that keeps the size is not seen.
    """
    return json.dumps({name: str(info[name]) for name in _TELLING if info.get(name) is not None})


def public_url(url: str) -> str:
    """The URL, or each link of a chain of URLs, without user, password and query."""
    return _QUERY.sub("", _CREDENTIALS.sub(r"\1", url))


def file_url(url: str, name: str) -> str:
    """Address of a file below a folder's URL; in a chain the file belongs to the first link."""
    first, *rest = public_url(url).split("::")
    joined = first + name if first.endswith("/") else f"{first}/{name}"
    return "::".join([joined, *rest])
