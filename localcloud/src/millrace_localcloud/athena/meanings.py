"""Imports every module that says what an expression or a function means."""

from __future__ import annotations

from importlib import import_module

_MODULES = (
    "casts",
    "conditionals",
    "literals",
    "names",
    "operators",
    "zones",
    "functions.aggregates",
    "functions.arrays",
    "functions.calls",
    "functions.dates",
    "functions.json_functions",
    "functions.lambdas",
    "functions.numbers",
    "functions.strings",
)


def load_meanings() -> None:
    """Import them; what is imported already costs nothing."""
    for name in _MODULES:
        import_module(f"millrace_localcloud.athena.{name}")
