"""A dataset's views: what they are called, what they read, in which order they are made. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from millrace_view.errors import ViewMalformed
from millrace_view.parsing import DATABASE, Place, Source, parse_select

_POSITION = re.compile(r"line (\d+):(\d+)")


@dataclass(frozen=True, slots=True)
class View:
    """One view, as its file declares it."""

    name: str
    file: str
    """Key of the file, for messages."""
    select: str
    """The file's text up to the end of its only statement."""
    reads: Mapping[Source, Place]
    """What it reads, and where the file names it first."""

    @property
    def as_source(self) -> Source:
        """The view as others read it."""
        return Source(DATABASE, self.name)


def read_view(name: str, file: str, sql: str) -> View:
    """Read a view from the text of its file.

    Raises:
        ViewMalformed: The text is not exactly one SELECT.
    """
    select = parse_select(file, sql)
    return View(name, file, select.text, select.reads)


def order_views(views: Iterable[View]) -> Sequence[View]:
    """The views in an order that makes each after those it reads, else by name.

    Raises:
        ViewMalformed: Views read each other in a circle.
    """
    by_source = {view.as_source: view for view in sorted(views, key=lambda view: view.name)}
    reads = {source: sorted(view.reads.keys() & by_source) for source, view in by_source.items()}
    try:
        return [by_source[source] for source in TopologicalSorter(reads).static_order()]
    except CycleError as exc:
        circle = " reads ".join(source.name for source in reversed(exc.args[1]))
        raise ViewMalformed(f"views read each other in a circle: {circle}") from exc


def create_statement(view: View) -> str:
    """The statement that makes the view; its first line is ours, the rest is the file."""
    return f'CREATE OR REPLACE VIEW "{DATABASE}"."{view.name}" AS\n{view.select}'


def drop_statement(name: str) -> str:
    """The statement that drops a view of this service, which may be gone already."""
    return f'DROP VIEW IF EXISTS "{DATABASE}"."{name}"'


def explain_rejection(view: View, reason: str) -> str:
    """Athena's reason with its ``line x:y`` of the statement as file, line and column."""
    match = _POSITION.search(reason)
    if match is None:
        return f"{view.file}: {reason}"
    line = max(int(match[1]) - 1, 1)
    told = _POSITION.sub("", reason, count=1).replace(" :", "").strip(" :")
    return f"{view.file}, line {line}, column {match[2]}: {told}"
