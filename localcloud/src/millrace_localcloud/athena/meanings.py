"""Imports every module that says what an expression or a function means."""

from __future__ import annotations

from millrace_localcloud.athena import (
    casts,
    conditionals,
    literals,
    names,
    operators,
    zones,
)
from millrace_localcloud.athena.functions import (
    aggregates,
    arrays,
    calls,
    dates,
    json_functions,
    lambdas,
    numbers,
    strings,
)

__all__ = [
    "aggregates",
    "arrays",
    "calls",
    "casts",
    "conditionals",
    "dates",
    "json_functions",
    "lambdas",
    "literals",
    "names",
    "numbers",
    "operators",
    "strings",
    "zones",
]
