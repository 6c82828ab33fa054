"""Imports every module that says what an expression or a function means."""

from __future__ import annotations

from importlib import import_module

_MODULES = (
    "casts",
    "comparisons",
    "conditionals",
    "constructors",
    "literals",
    "names",
    "operators",
    "zones",
    "functions.aggregates",
    "functions.arrays",
    "functions.calls",
    "functions.binary",
    "functions.date_texts",
    "functions.dates",
    "functions.decimals",
    "functions.json_functions",
    "functions.lambdas",
    "functions.map_lambdas",
    "functions.maps",
    "functions.moments",
    "functions.numbers",
    "functions.strings",
    "functions.texts",
    "functions.urls",
)


def load_meanings() -> None:
    """Import them; what is imported already costs nothing."""
    for name in _MODULES:
        import_module(f"millrace_localcloud.athena.{name}")
