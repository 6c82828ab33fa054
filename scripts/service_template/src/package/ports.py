"""What the use case needs from outside, as protocols. No implementation here."""

from __future__ import annotations

from typing import Protocol

from millrace_contracts import Dataset


class Specs(Protocol):
    """The deployed datasets."""

    def read(self, dataset: str) -> Dataset:
        """One dataset's spec. Raises DatasetUnknown, CallFailed, CallRefused."""
        ...
