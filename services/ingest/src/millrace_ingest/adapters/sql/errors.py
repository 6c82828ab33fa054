"""A database's errors as ours, without credentials."""

from __future__ import annotations

from collections.abc import Collection

from millrace_ingest.errors import (
    IngestError,
    SourceMalformed,
    SourceMissing,
    SourceRefused,
    SourceUnavailable,
)

_REFUSED = ("28", "42501")
_MISSING = ("42P01", "3F000", "3D000", "42S02")
_UNAVAILABLE = ("08", "40", "53", "55", "57", "58")
_MISSING_WORDS = ("no such table", "doesn't exist", "unknown database", "does not exist")
_REFUSED_WORDS = ("authentication failed", "access denied", "no password supplied")
_LONGEST = 300


def error_of(place: str, exc: Exception, state: str, hidden: Collection[str]) -> IngestError:
    """Our error for what a database or its driver raised.

    Args:
        place: The table, without credentials.
        exc: As raised.
        state: SQLSTATE; empty where the driver tells none, as when it cannot connect.
        hidden: Texts that the message must not show.
    """
    message = " ".join(str(exc).split())[:_LONGEST]
    for text in hidden:
        message = message.replace(text, "…") if text else message
    said = f"{place}: {message}"
    words = message.lower()
    if state.startswith(_REFUSED) or any(word in words for word in _REFUSED_WORDS):
        return SourceRefused(said)
    if state in _MISSING or any(word in words for word in _MISSING_WORDS):
        return SourceMissing(said)
    if state.startswith(_UNAVAILABLE) or not state:
        return SourceUnavailable(said)
    return SourceMalformed(said)
