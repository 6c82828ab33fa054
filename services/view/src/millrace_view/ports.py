"""What the use case needs from outside, as protocols. No implementation here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from millrace_view.views import View


class ViewFiles(Protocol):
    """The deployed views of the datasets."""

    def texts(self, dataset: str) -> Mapping[str, str]:
        """Text of each ``.sql`` file by its key. Raises CallFailed, CallRefused, ViewMalformed."""
        ...


class Warehouse(Protocol):
    """Where views are made."""

    def create(self, view: View, deadline: datetime) -> None:
        """Create or replace a view and wait for it.

        Raises:
            TableNotReady: It reads a table that is not in the catalog.
            SqlRejected: Its SQL is wrong; names file, line and column.
            QueryUnfinished: It was cancelled, or not done by the deadline.
            CallFailed: AWS asks to retry.
        """
        ...
