"""Names at a source, as one segment of a key. Pure, total and injective.

A name of letters, digits, ``.``, ``_`` and ``-`` that begins with a letter or digit stays as it is.
In every other name each other byte of its UTF-8 form becomes ``!XX``. ``!`` is among the characters
that S3 calls safe (S3 User Guide, "Naming Amazon S3 objects"), and a segment never begins with
``.`` or ``_``, which Spark and Athena take for hidden files and skip.
"""

from __future__ import annotations

import hashlib
import re

_LONGEST = 200
_HEAD = 80
_SAFE = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{_LONGEST - 1}}}")
_ENDING = re.compile(r"(?:\.[A-Za-z0-9]{1,8}){1,2}\Z")
_KEPT = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")
_NEVER_FIRST = frozenset(b"._-")


def safe_segment(name: str) -> str:
    """Map any text to one path segment of at most 200 ASCII characters.

    What would be longer is cut and carries the SHA-256 of the whole name after ``!!``; its ending
    stays, because the ending tells the compression.
    """
    if _SAFE.fullmatch(name):
        return name
    raw = name.encode("utf-8", "surrogatepass")
    escaped = "".join(_escape(byte, first=place == 0) for place, byte in enumerate(raw))
    if not escaped:
        return "!!"
    if len(escaped) <= _LONGEST:
        return escaped
    return f"{escaped[:_HEAD]}!!{hashlib.sha256(raw).hexdigest()}{_ending(escaped)}"


def versioned_segment(segment: str, file_id: str) -> str:
    """Name another version of a file whose segment is taken; no ``safe_segment`` equals it."""
    ending = _ending(segment)
    return f"{segment.removesuffix(ending)}!v{file_id[:16]}{ending}"


def _escape(byte: int, *, first: bool) -> str:
    if byte in _KEPT and not (first and byte in _NEVER_FIRST):
        return chr(byte)
    return f"!{byte:02X}"


def _ending(segment: str) -> str:
    match = _ENDING.search(segment)
    return match[0] if match else ""
