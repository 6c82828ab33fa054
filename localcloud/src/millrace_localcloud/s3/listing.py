"""Pages of a listing, whose continuation tokens need no memory: each names the last entry."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from moto.s3.exceptions import InvalidContinuationToken

from millrace_localcloud.s3.objects import StoredKey

Entry = StoredKey | str
"""An object, or the common prefix of several."""


@dataclass(frozen=True, slots=True)
class Page:
    """Entries in order, and the name after which the next page begins."""

    entries: Sequence[Entry]
    last: str | None


def group_by_prefix(
    objects: Sequence[StoredKey], prefix: str, delimiter: str | None
) -> list[Entry]:
    """Objects and common prefixes in the order of their names."""
    entries: dict[str, Entry] = {}
    for found in objects:
        rest = found.name[len(prefix) :]
        if delimiter and delimiter in rest:
            common = prefix + rest.split(delimiter, 1)[0] + delimiter
            entries[common] = common
        else:
            entries[found.name] = found
    return [entries[name] for name in sorted(entries)]


def take_page(entries: Sequence[Entry], after: str | None, max_keys: int | None) -> Page:
    """At most ``max_keys`` of the entries whose names follow ``after``."""
    rest = [entry for entry in entries if after is None or name_of(entry) > after]
    if max_keys is None or len(rest) <= max_keys:
        return Page(rest, None)
    page = rest[:max_keys]
    return Page(page, name_of(page[-1]) if page else None)


def name_of(entry: Entry) -> str:
    """By which an entry is ordered."""
    return entry if isinstance(entry, str) else entry.name


def token_of(name: str) -> str:
    """The token of the page that follows ``name``."""
    return base64.urlsafe_b64encode(name.encode()).decode()


def name_in(token: str) -> str:
    """The name that ``token_of`` was given. Raises InvalidContinuationToken."""
    try:
        return base64.urlsafe_b64decode(token.encode()).decode()
    except (binascii.Error, UnicodeError):
        raise InvalidContinuationToken from None
