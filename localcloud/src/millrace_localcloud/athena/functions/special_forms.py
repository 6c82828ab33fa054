"""Functions that translate their own arguments."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.translation import Place

Special = Callable[[exp.Anonymous, Place], Typed]
SPECIAL: dict[str, Special] = {}
"""Functions whose arguments are not all plain values, as ``transform(a, x -> x + 1)``."""


def special(name: str) -> Callable[[Special], Special]:
    """Register a function that translates its own arguments."""

    def register(meaning: Special) -> Special:
        SPECIAL[name] = meaning
        return meaning

    return register
