"""A page of JSON whose records are decoded one after the other.

Decoded at once, a page takes some ten times its size in memory.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Generator, Iterator
from typing import Any, NoReturn

_BLANK = re.compile(r"[ \t\n\r]*")


class JsonPage:
    """A page's text, and all of its document but the records."""

    def __init__(self, body: bytes, path: str | None, refuse: Callable[[str], NoReturn]) -> None:
        """Take a page.

        Args:
            body: In any encoding that JSON may have.
            path: Of the array of records, as keys with dots between; None for the body itself.
            refuse: Called with a constant that is no JSON, as ``NaN``.
        """
        self._text = body.decode(json.detect_encoding(body), "surrogatepass")
        self._path = path.split(".") if path else []
        self._decoder = json.JSONDecoder(parse_constant=refuse)
        self.rest: Any = None
        """Complete once the records have been read; they are left out."""
        self.has_records = False
        """Whether there is an array at the path; known once it has been read."""

    def records(self) -> Iterator[object]:
        """Each record. Raises ValueError or RecursionError where the body is no JSON."""
        self.rest, end = yield from self._value(self._after_blank(0), self._path)
        if self._after_blank(end) != len(self._text):
            raise ValueError("something comes after the document")

    def _value(self, at: int, path: list[str]) -> Generator[object, None, tuple[Any, int]]:
        """The value that begins at a place, without the records at a path below it, and its end."""
        if not path and self._text.startswith("[", at):
            self.has_records = True
            end = yield from self._items(at + 1)
            return None, end
        if path and self._text.startswith("{", at):
            return (yield from self._members(at + 1, path))
        return self._decoder.raw_decode(self._text, at)

    def _items(self, at: int) -> Generator[object, None, int]:
        at = self._after_blank(at)
        if self._text.startswith("]", at):
            return at + 1
        while True:
            item, at = self._decoder.raw_decode(self._text, at)
            yield item
            at, is_last = self._after_item(at, "]")
            if is_last:
                return at

    def _members(self, at: int, path: list[str]) -> Generator[object, None, tuple[Any, int]]:
        found: dict[str, Any] = {}
        at = self._after_blank(at)
        if self._text.startswith("}", at):
            return found, at + 1
        while True:
            name, at = self._decoder.raw_decode(self._text, at)
            at = self._after_blank(at)
            if not isinstance(name, str) or not self._text.startswith(":", at):
                raise ValueError("no name and colon")
            if name in found and name == path[0]:
                raise ValueError("the records' name comes twice")
            at = self._after_blank(at + 1)
            if name == path[0]:
                found[name], at = yield from self._value(at, path[1:])
            else:
                found[name], at = self._decoder.raw_decode(self._text, at)
            at, is_last = self._after_item(at, "}")
            if is_last:
                return found, at

    def _after_item(self, at: int, end: str) -> tuple[int, bool]:
        """Where the next item begins, or what follows the last."""
        at = self._after_blank(at)
        if self._text.startswith(end, at):
            return at + 1, True
        if not self._text.startswith(",", at):
            raise ValueError("no comma")
        return self._after_blank(at + 1), False

    def _after_blank(self, at: int) -> int:
        found = _BLANK.match(self._text, at)
        return at if found is None else found.end()
