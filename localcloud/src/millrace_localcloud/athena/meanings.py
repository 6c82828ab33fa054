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
    "nanoseconds",
    "operators",
    "zones",
    "functions.aggregates",
    "functions.arrays",
    "functions.calls",
    "functions.binary",
    "functions.date_texts",
    "functions.comparators",
    "functions.conversions",
    "functions.dates",
    "functions.hashes",
    "functions.decimals",
    "functions.json_functions",
    "functions.lambdas",
    "functions.map_lambdas",
    "functions.maps",
    "functions.moments",
    "functions.numbers",
    "functions.placed_texts",
    "functions.strings",
    "functions.texts",
    "functions.urls",
    "functions.vectors",
    "functions.windows",
    "functions.zone_functions",
    "sql_json.making",
    "sql_json.querying",
)


def load_meanings() -> None:
    """Import them; what is imported already costs nothing."""
    for name in _MODULES:
        import_module(f"millrace_localcloud.athena.{name}")
