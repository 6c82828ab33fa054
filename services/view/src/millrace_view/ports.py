"""What the use case needs from outside, as protocols. No implementation here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from millrace_view.parsing import Source
from millrace_view.registry import Columns, Registry
from millrace_view.views import View


class ViewFiles(Protocol):
    """The deployed views of the datasets, and who has made which."""

    def texts(self, dataset: str) -> Mapping[str, str]:
        """Text of each ``.sql`` file by its key. Raises CallFailed, CallRefused, ViewMalformed."""
        ...

    def is_dataset(self, name: str) -> bool:
        """Whether a dataset of this name is deployed. Raises CallFailed, CallRefused."""
        ...

    def registry(self) -> Registry:
        """What was kept last; empty at first. Raises CallFailed, CallRefused."""
        ...

    def keep(self, registry: Registry) -> None:
        """Replace the registry; callers are alone. Raises CallFailed, CallRefused."""
        ...


class Catalog(Protocol):
    """What the crawlers have found."""

    def columns(self, source: Source) -> Columns | None:
        """Columns of a table or view; None when there is none. Raises CallFailed, CallRefused."""
        ...

    def crawled_since(self, moment: datetime) -> bool:
        """Whether the refined zone's last crawl began after ``moment`` and succeeded.

        Raises CallFailed, CallRefused.
        """
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

    def drop(self, name: str, deadline: datetime) -> None:
        """Drop a view that may be gone already. Raises like ``create``."""
        ...
