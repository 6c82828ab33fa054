"""Ports in memory: for tests and dry runs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from millrace_contracts import view_prefix
from millrace_view.errors import TableNotReady
from millrace_view.views import View


class MemoryViewFiles:
    """ViewFiles in a dict of texts by key."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def texts(self, dataset: str) -> Mapping[str, str]:
        prefix = view_prefix(dataset)
        return {key: text for key, text in self._texts.items() if key.startswith(prefix)}


class MemoryWarehouse:
    """Warehouse that knows which tables there are, and that a view needs what it reads."""

    def __init__(self, tables: Collection[str]) -> None:
        self.tables = set(tables)
        self.views: dict[str, View] = {}

    def create(self, view: View, deadline: datetime) -> None:
        missing = sorted(view.sources - self.tables - self.views.keys())
        if missing:
            raise TableNotReady(f"{view.file}: table {missing[0]} does not exist")
        self.views[view.name] = view
