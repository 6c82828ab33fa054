"""Where a server is, when its secret tells."""

from __future__ import annotations

import re

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_OF_SECRET = ("host", "port")


def check_address(url: str, *, has_secret: bool, also: tuple[str, ...] = ()) -> None:
    """Check the placeholders of a URL.

    ``{host}`` and ``{port}`` stand for the secret's fields of these names, as Secrets Manager keeps
    them for a database, so that one spec fits every deployment.

    Args:
        url: Of a source.
        has_secret: Whether the source names one.
        also: Other placeholders that the kind of source knows.

    Raises:
        ValueError: A placeholder is unknown, or nothing tells what it stands for.
    """
    for name in _PLACEHOLDER.findall(url):
        if name not in (*_OF_SECRET, *also):
            allowed = ", ".join(f"{{{known}}}" for known in (*_OF_SECRET, *also))
            raise ValueError(f"url: unknown placeholder {{{name}}}; allowed: {allowed}")
        if name in _OF_SECRET and not has_secret:
            raise ValueError(f"url: {{{name}}} is a field of the secret, but none is named")
