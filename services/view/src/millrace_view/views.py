"""A dataset's views: what they are called, what they read, in which order they are made. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from millrace_view.errors import ViewMalformed
from millrace_view.tokens import Kind, Token, scan_tokens

DATABASE = "refined"
"""Where views are, beside the tables that they read."""

_POSITION = re.compile(r"line (\d+):(\d+)")
_BEGINNINGS = ("select", "with")
_OPENS_SOURCES = frozenset({"from", "join"})
_ENDS_SOURCES = frozenset(
    {"where", "group", "order", "having", "window", "union", "intersect", "except", "limit"}
    | {"offset", "fetch", "select"}
)


@dataclass(frozen=True, slots=True)
class View:
    """One view, as its file declares it."""

    name: str
    file: str
    """Key of the file, for messages."""
    select: str
    """The file's text up to the end of its only statement."""
    sources: frozenset[str]
    """Names without database that follow FROM or JOIN, in lower case; more than tables, maybe."""


def read_view(name: str, file: str, sql: str) -> View:
    """Read a view from the text of its file.

    Raises:
        ViewMalformed: The text is not exactly one SELECT.
    """
    tokens = list(scan_tokens(sql))
    while tokens and tokens[-1].text == ";" and tokens[-1].kind is Kind.MARK:
        tokens.pop()
    if not tokens:
        raise ViewMalformed(f"{file}: holds no statement")
    for token in tokens:
        if token.kind is Kind.MARK and token.text == ";":
            line = sql.count("\n", 0, token.end) + 1
            raise ViewMalformed(f"{file}, line {line}: holds more than one statement")
    first = next((token for token in tokens if token.text != "("), tokens[0])
    if first.kind is not Kind.WORD or first.text not in _BEGINNINGS:
        raise ViewMalformed(f"{file}: begins with {first.text!r}, not with SELECT or WITH")
    return View(name, file, sql[: tokens[-1].end], frozenset(_sources(tokens)))


def order_views(views: Iterable[View]) -> Sequence[View]:
    """The views in an order that makes each after those it reads, else by name.

    Raises:
        ViewMalformed: Views read each other in a circle.
    """
    by_name = {view.name: view for view in sorted(views, key=lambda view: view.name)}
    reads = {name: sorted(view.sources & by_name.keys() - {name}) for name, view in by_name.items()}
    try:
        return [by_name[name] for name in TopologicalSorter(reads).static_order()]
    except CycleError as exc:
        circle = " reads ".join(reversed(exc.args[1]))
        raise ViewMalformed(f"views read each other in a circle: {circle}") from exc


def create_statement(view: View) -> str:
    """The statement that makes the view; its first line is ours, the rest is the file."""
    return f'CREATE OR REPLACE VIEW "{DATABASE}"."{view.name}" AS\n{view.select}'


def explain_rejection(view: View, reason: str) -> str:
    """Athena's reason with its ``line x:y`` of the statement as file, line and column."""
    match = _POSITION.search(reason)
    if match is None:
        return f"{view.file}: {reason}"
    line = max(int(match[1]) - 1, 1)
    told = _POSITION.sub("", reason, count=1).replace(" :", "").strip(" :")
    return f"{view.file}, line {line}, column {match[2]}: {told}"


def _sources(tokens: Sequence[Token]) -> Iterable[str]:
    is_expected = in_sources = False
    for place, token in enumerate(tokens):
        if token.kind is Kind.WORD and token.text in _OPENS_SOURCES:
            is_expected = in_sources = True
        elif token.kind is Kind.WORD and token.text in _ENDS_SOURCES:
            is_expected = in_sources = False
        elif token.kind in (Kind.MARK, Kind.LITERAL):
            is_expected = (token.text == "," and in_sources) or (token.text == "(" and is_expected)
        elif is_expected:
            yield _last_part(tokens, place)
            is_expected = False


def _last_part(tokens: Sequence[Token], place: int) -> str:
    """The table of a name like ``database.table`` that begins at ``place``."""
    while place + 2 < len(tokens) and tokens[place + 1].text == ".":
        place += 2
    return tokens[place].text
