"""Java's regular expressions by Python's ``re``: what both write alike, the rest refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, wraps
from itertools import islice
from typing import Any, TypeVar

from millrace_localcloud.athena.functions.failures import FunctionFailed, invalid_argument

_DIFFERENT = re.compile(r"\\[pPQEGZzhHRXkK]|&&|\(\?[a-zA-Z]*[duxU]|\[[^\]\\]*\[|\(\?P")


_CLASSES = re.compile(r"\\[wWdDsSbB]")
_Answer = TypeVar("_Answer")


def _agreed(function: Callable[..., _Answer]) -> Callable[..., _Answer]:
    r"""The function, refused where it matters whether ``\w`` and its kin know more than ASCII."""

    @wraps(function)
    def call(text: str, pattern: str, *others: Any) -> _Answer:
        found = function(text, pattern, *others)
        if text.isascii() or not _CLASSES.search(pattern):
            return found
        flags = re.match(r"\(\?([a-z]+)\)", pattern)
        narrow = f"(?a{flags[1]}){pattern[flags.end() :]}" if flags else f"(?a){pattern}"
        if function(text, narrow, *others) != found:
            what = f"the regular expression {pattern} on letters beyond ASCII"
            raise FunctionFailed("NOT_SUPPORTED", f"the local cloud does not support {what}")
        return found

    return call


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    if _DIFFERENT.search(pattern):
        text = f"the local cloud does not support the regular expression {pattern}"
        raise FunctionFailed("NOT_SUPPORTED", text)
    try:
        return re.compile(re.sub(r"\(\?<([A-Za-z]\w*)>", r"(?P<\1>", pattern))
    except re.error as error:
        raise invalid_argument(f"{error}: {pattern}") from error


@_agreed
def regexp_like(text: str, pattern: str) -> bool:
    """Whether the pattern is found anywhere."""
    return _compiled(pattern).search(text) is not None


@_agreed
def regexp_extract(text: str, pattern: str) -> str | None:
    """The first match."""
    return regexp_extract_group(text, pattern, 0)


@_agreed
def regexp_extract_group(text: str, pattern: str, group: int) -> str | None:
    """A group of the first match."""
    compiled = _compiled(pattern)
    if not 0 <= group <= compiled.groups:
        raise invalid_argument(f"Pattern has {compiled.groups} groups. Cannot access group {group}")
    found = compiled.search(text)
    return found[group] if found else None


@_agreed
def regexp_extract_all(text: str, pattern: str) -> list[str]:
    """Every match."""
    return [found[0] for found in _compiled(pattern).finditer(text)]


@_agreed
def regexp_extract_all_groups(text: str, pattern: str, group: int) -> list[str | None]:
    """A group of every match."""
    compiled = _compiled(pattern)
    if not 0 <= group <= compiled.groups:
        raise invalid_argument(f"Pattern has {compiled.groups} groups. Cannot access group {group}")
    return [found[group] for found in compiled.finditer(text)]


@_agreed
def regexp_remove(text: str, pattern: str) -> str:
    """Without every match."""
    return _compiled(pattern).sub("", text)


@_agreed
def regexp_replace(text: str, pattern: str, replacement: str) -> str:
    r"""Every match replaced; ``$1`` and ``${name}`` are groups, ``\\`` quotes."""
    compiled = _compiled(pattern)
    return compiled.sub(lambda found: _expanded(replacement, found), text)


def _expanded(replacement: str, found: re.Match[str]) -> str:
    parts, rest = [], replacement
    while rest:
        group = re.match(r"\$(?:(\d)|\{(\w+)\})", rest)
        if group:
            name: str | int = int(group[1]) if group[1] else group[2]
            try:
                parts.append(found[name] or "")
            except IndexError as error:
                raise invalid_argument(f"Illegal replacement sequence: {replacement}") from error
            rest = rest[group.end() :]
        elif rest[0] == "$" or rest == "\\":
            raise invalid_argument(f"Illegal replacement sequence: {replacement}")
        else:
            quoted = rest[0] == "\\"
            parts.append(rest[1] if quoted else rest[0])
            rest = rest[2:] if quoted else rest[1:]
    return "".join(parts)


@_agreed
def regexp_groups(text: str, pattern: str) -> list[list[str | None]]:
    """The groups of each match, without the match itself."""
    return [list(found.groups()) for found in _compiled(pattern).finditer(text)]


@_agreed
def regexp_joined(text: str, pattern: str, replaced: list[str | None]) -> str | None:
    """Each match replaced by the text at its place; a NULL among them makes all of it NULL."""
    if None in replaced:
        return None
    following = iter(replaced)
    return _compiled(pattern).sub(lambda _: next(following) or "", text)


@_agreed
def regexp_position(text: str, pattern: str) -> int:
    """Where the first match begins, from 1; -1 without one."""
    return regexp_position_of(text, pattern, 1, 1)


@_agreed
def regexp_position_from(text: str, pattern: str, start: int) -> int:
    """Where the first match at or after a place begins."""
    return regexp_position_of(text, pattern, start, 1)


@_agreed
def regexp_position_of(text: str, pattern: str, start: int, occurrence: int) -> int:
    """Where the n-th match at or after a place begins."""
    if start < 1 or occurrence < 1:
        raise invalid_argument("start position and occurrence cannot be smaller than 1")
    found = islice(_compiled(pattern).finditer(text, start - 1), occurrence - 1, None)
    return next((one.start() + 1 for one in found), -1) if start <= len(text) else -1


@_agreed
def regexp_split(text: str, pattern: str) -> list[str]:
    """The texts between matches; groups are not among them."""
    parts, start = [], 0
    for found in _compiled(pattern).finditer(text):
        parts.append(text[start : found.start()])
        start = found.end()
    return [*parts, text[start:]]


@_agreed
def regexp_count(text: str, pattern: str) -> int:
    """How many matches."""
    return sum(1 for _ in _compiled(pattern).finditer(text))
