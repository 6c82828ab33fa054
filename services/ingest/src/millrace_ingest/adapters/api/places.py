"""Where the next page is, and whether pages come to an end."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import httpx

from millrace_contracts.dataset import ApiSource
from millrace_contracts.dataset.sources.api import (
    ApiKeyAuth,
    CursorPagination,
    LinkPagination,
    NextUrlPagination,
    OffsetPagination,
    PagePagination,
)
from millrace_ingest.adapters.api.client import Page
from millrace_ingest.errors import SourceEndless, SourceMalformed
from millrace_ingest.versions import public_url


@dataclass(frozen=True, slots=True)
class Place:
    """A page to ask for, with what is known of those before it."""

    next: str = ""
    """Cursor, number or URL; empty for the first page."""
    pages: int = 0
    size_bytes: int = 0
    last_sha256: str = ""
    """Of the page before."""
    mark: str = ""
    """Digest of an earlier ``next``: that of the latest page whose number is a power of two, so
    that any cycle comes by it, however long (R. P. Brent, BIT 20, 1980)."""

    def text(self) -> str:
        """As a cursor."""
        return json.dumps(asdict(self))

    @classmethod
    def parse(cls, cursor: str) -> Place:
        """Inverse of ``text``; an empty cursor is the first page."""
        return cls(**json.loads(cursor)) if cursor else cls()


class Pagination:
    """How an API's pages follow each other."""

    def __init__(self, spec: ApiSource, first_params: Mapping[str, str]) -> None:
        self._spec = spec
        self._how = spec.pagination
        self._first_params = {**spec.params, **first_params}
        self._name = public_url(spec.url)
        self._seen: set[str] = set()

    def request(self, place: Place) -> tuple[str, Mapping[str, str]]:
        """URL and parameters of a page."""
        how, params = self._how, dict(self._first_params)
        if isinstance(how, LinkPagination | NextUrlPagination) and place.next:
            return place.next, {}
        if isinstance(how, CursorPagination) and place.next:
            params[how.param] = place.next
        if isinstance(how, PagePagination):
            params[how.param] = place.next or str(how.first)
        if isinstance(how, OffsetPagination):
            params |= {how.param: place.next or "0", how.limit_param: str(how.limit)}
        return self._spec.url, params

    def behind(self, place: Place, page: Page, document: object, records: int) -> Place | None:
        """The place after a page; None when that was the last.

        Args:
            place: The page's.
            page: As it was answered.
            document: Its parsed body, where it is JSON.
            records: How many it held.

        Raises:
            SourceEndless: The pages repeat themselves or exceed the budget.
            SourceMalformed: The body holds no cursor of a known type.
        """
        budget = self._spec.budget
        size_bytes = place.size_bytes + page.size_bytes
        if size_bytes > budget.size_bytes:
            raise SourceEndless(f"{self._name} answered over {budget.size_bytes} bytes")
        following = self._next(place, page, document, records)
        if not following:
            return None
        if records and page.sha256 == place.last_sha256:
            raise SourceEndless(f"{self._name} answers the same page again and again")
        pages = place.pages + 1
        if pages >= budget.pages:
            raise SourceEndless(f"{self._name} has over {budget.pages} pages")
        digest = hashlib.sha256(following.encode()).hexdigest()[:16]
        if digest in self._seen or digest == place.mark or following == place.next:
            raise SourceEndless(f"{self._name} leads back to a page that it answered before")
        self._seen.add(digest)
        mark = digest if pages & (pages - 1) == 0 else place.mark
        return replace(
            place,
            next=following,
            pages=pages,
            size_bytes=size_bytes,
            last_sha256=page.sha256,
            mark=mark,
        )

    def _next(self, place: Place, page: Page, document: object, records: int) -> str:
        how = self._how
        if isinstance(how, PagePagination) and records:
            return str(int(place.next or how.first) + 1)
        if isinstance(how, OffsetPagination) and records:
            return str(int(place.next or 0) + records)
        if isinstance(how, LinkPagination):
            return self._url(page, page.next_link)
        if isinstance(how, NextUrlPagination):
            return self._url(page, self._text(document, how.path))
        if isinstance(how, CursorPagination):
            return self._text(document, how.path)
        return ""

    def _text(self, document: object, path: str) -> str:
        found = look_up(document, path)
        if found is None or found == "" or found is False:
            return ""
        if isinstance(found, str | int) and not isinstance(found, bool):
            return str(found)
        raise SourceMalformed(f"{self._name}: {path} is a {type(found).__name__}, not a text")

    def _url(self, page: Page, link: str | None) -> str:
        """The absolute URL, without the key that requests add: it is kept in the run state."""
        if not link:
            return ""
        try:
            url = httpx.URL(page.url).join(link)
        except httpx.InvalidURL:
            raise SourceMalformed(f"{self._name}: the next page's address is no URL") from None
        if url.scheme not in ("https", httpx.URL(self._spec.url).scheme):
            raise SourceMalformed(f"{self._name}: the next page is at {url.scheme or 'nowhere'}")
        if isinstance(self._spec.auth, ApiKeyAuth) and self._spec.auth.param:
            url = url.copy_remove_param(self._spec.auth.param)
        return str(url.copy_with(username=None, password=None, fragment=None))


def look_up(document: object, path: str) -> Any:
    """The value at a path of keys; None where one is missing."""
    for name in path.split("."):
        if not isinstance(document, dict):
            return None
        document = document.get(name)
    return document
