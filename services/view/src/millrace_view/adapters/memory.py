"""Ports in memory: for tests and dry runs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from millrace_contracts import SpecKey, view_prefix
from millrace_view.errors import SqlRejected, TableNotReady
from millrace_view.parsing import DATABASE, Source
from millrace_view.registry import Columns, Registry
from millrace_view.views import View


class MemoryViewFiles:
    """ViewFiles in a dict of texts by key."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.by_key = dict(texts)
        self._registry = Registry()

    def texts(self, dataset: str) -> Mapping[str, str]:
        prefix = view_prefix(dataset)
        return {key: text for key, text in self.by_key.items() if key.startswith(prefix)}

    def is_dataset(self, name: str) -> bool:
        return str(SpecKey(name, "dataset.json")) in self.by_key

    def registry(self) -> Registry:
        return self._registry

    def keep(self, registry: Registry) -> None:
        self._registry = registry


class MemoryCatalog:
    """Catalog in a dict of columns."""

    def __init__(self, tables: Mapping[Source, Columns]) -> None:
        self.tables = dict(tables)
        self.crawled_at: datetime | None = None

    def columns(self, source: Source) -> Columns | None:
        return self.tables.get(source)

    def crawled_since(self, moment: datetime) -> bool:
        return self.crawled_at is not None and self.crawled_at >= moment


class MemoryWarehouse:
    """Warehouse that knows that a view needs what it reads; its columns are all of theirs."""

    def __init__(self, catalog: MemoryCatalog) -> None:
        self._catalog = catalog
        self.views: dict[str, View] = {}
        self.made: list[str] = []
        """Names in the order in which they were made or dropped, these with a minus."""
        self.rejected: set[str] = set()
        """Names of views whose SQL is wrong."""

    def create(self, view: View, deadline: datetime) -> None:
        columns: list[tuple[str, str]] = []
        for source in sorted(view.reads):
            found = self._catalog.columns(source)
            if found is None:
                raise TableNotReady(f"{view.file}: table {source} does not exist")
            columns += found
        if view.name in self.rejected:
            raise SqlRejected(f"{view.file}: column cannot be resolved")
        self._catalog.tables[Source(DATABASE, view.name)] = tuple(columns)
        self.views[view.name] = view
        self.made.append(view.name)

    def drop(self, name: str, deadline: datetime) -> None:
        self._catalog.tables.pop(Source(DATABASE, name), None)
        self.views.pop(name, None)
        self.made.append(f"-{name}")
