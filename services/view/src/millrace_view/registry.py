"""Which dataset each view belongs to, and what the view was made of. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from graphlib import TopologicalSorter

from millrace_view.errors import NameTaken
from millrace_view.parsing import DATABASE, Source
from millrace_view.views import View

Columns = tuple[tuple[str, str], ...]
"""Names and types of a table's columns, in order."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One view that this service makes."""

    dataset: str
    file: str
    reads: frozenset[Source]
    made_of: str = ""
    """Digest of the columns that it read when it was made; empty before that."""


@dataclass(frozen=True, slots=True)
class Registry:
    """Every view of every dataset, by name."""

    entries: Mapping[str, Entry] = field(default_factory=dict)

    def of_dataset(self, dataset: str) -> list[str]:
        """Names of the views that a dataset has made, in order."""
        return sorted(name for name, entry in self.entries.items() if entry.dataset == dataset)

    def claim(self, dataset: str, views: Iterable[View]) -> Registry:
        """The registry with the views as the dataset's.

        Raises:
            NameTaken: Another dataset has a view of that name.
        """
        entries = dict(self.entries)
        for view in views:
            known = entries.get(view.name)
            if known is not None and known.dataset != dataset:
                raise NameTaken(
                    f"{view.file}: view {DATABASE}.{view.name} belongs to dataset"
                    f" {known.dataset} ({known.file})"
                )
            made_of = known.made_of if known is not None else ""
            entries[view.name] = Entry(dataset, view.file, frozenset(view.reads), made_of)
        return Registry(entries)

    def with_made(self, made_of: Mapping[str, str]) -> Registry:
        """The registry after views were made of columns with these digests."""
        changed = {name: replace(self.entries[name], made_of=made_of[name]) for name in made_of}
        return Registry({**self.entries, **changed})

    def without(self, names: Collection[str]) -> Registry:
        """The registry after views were dropped."""
        return Registry({name: e for name, e in self.entries.items() if name not in names})

    def dependents(self, dataset: str, changed: Iterable[Source]) -> Sequence[str]:
        """Views of other datasets that read what changed, those that others read first."""
        reached = set(changed)
        found: dict[str, set[str]] = {}
        grown = True
        while grown:
            grown = False
            for name, entry in self.entries.items():
                if name not in found and entry.reads & reached:
                    found[name] = set()
                    reached.add(Source(DATABASE, name))
                    grown = True
        for name, needs in found.items():
            read = {
                source.name for source in self.entries[name].reads if source.database == DATABASE
            }
            needs.update(read & found.keys() - {name})
        order = TopologicalSorter(found).static_order()
        return [name for name in order if self.entries[name].dataset != dataset]


def digest(columns: Mapping[Source, Columns | None]) -> str:
    """A short text that is another when a column is another, comes or goes."""
    document = [[str(source), columns[source]] for source in sorted(columns)]
    return hashlib.sha256(json.dumps(document).encode()).hexdigest()[:32]
