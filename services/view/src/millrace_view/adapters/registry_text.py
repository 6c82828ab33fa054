"""The registry of views as JSON."""

from __future__ import annotations

import json
from typing import Any

from millrace_view.parsing import Source
from millrace_view.registry import Entry, Registry


def write_registry(registry: Registry) -> str:
    """The text of a registry; ``read_registry`` is its inverse."""
    document = {
        name: {
            "dataset": entry.dataset,
            "file": entry.file,
            "reads": sorted(str(source) for source in entry.reads),
            "made_of": entry.made_of,
        }
        for name, entry in sorted(registry.entries.items())
    }
    return json.dumps(document, indent=1)


def read_registry(text: str) -> Registry:
    """The registry that a text holds. Raises ValueError, KeyError on any other text."""
    document: dict[str, Any] = json.loads(text)
    return Registry(
        {
            name: Entry(
                dataset=entry["dataset"],
                file=entry["file"],
                reads=frozenset(Source(*source.split(".", 1)) for source in entry["reads"]),
                made_of=entry["made_of"],
            )
            for name, entry in document.items()
        }
    )
