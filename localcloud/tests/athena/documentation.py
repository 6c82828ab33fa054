"""The pages of Trino's documentation in ``documented/*.sql``.

Each file is a page of https://trino.io/docs/current (Apache License 2.0): its examples with the
results that the page shows, as it shows them. A block is a statement and, in comment lines below
it or after its semicolon, its rows with ``|`` between cells; ``ERROR`` and perhaps a code is a
failure. Above a block, ``-- >`` quotes the sentence that states the result where the page has no
example. A WITH and nothing after its semicolon is a table of the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from athena.notation import as_athena_shows

FOLDER = Path(__file__).parent / "documented"
_END = re.compile(r";[ \t]*(?:--[ \t]?(.*))?$", re.MULTILINE)
_TABLE = re.compile(r"WITH (\w+) .*;\s*", re.DOTALL)


@dataclass(frozen=True)
class Example:
    """A statement and what the documentation says that it answers."""

    sql: str
    rows: tuple[tuple[str | None, ...], ...]
    error: str | None
    """What the page says of a failure: empty when it says no more than that it fails."""
    is_quoted: bool
    """The result follows from a sentence of the page, which shows none itself."""

    @property
    def in_order(self) -> bool:
        return " ORDER BY " in f" {self.sql.split(')')[-1]} "

    def agrees(self, rows: list[list[str | None]]) -> bool:
        found = [tuple(row) for row in rows]
        if self.in_order:
            return found == list(self.rows)
        return sorted(map(repr, found)) == sorted(map(repr, self.rows))


def pages() -> dict[str, list[Example]]:
    """The examples by page."""
    return {path.stem: _examples(path.read_text()) for path in sorted(FOLDER.glob("*.sql"))}


def _examples(text: str) -> list[Example]:
    found, table = [], ""
    for block in re.split(r"\n\s*\n(?=-- >|SELECT|select|WITH)", text)[1:]:
        if _TABLE.fullmatch(block):
            table = block.strip().rstrip(";")
            continue
        lines = block.split("\n")
        quotes = [line for line in lines if line.startswith("-- >")]
        body = "\n".join(lines[len(quotes) :]).strip()
        end = list(_END.finditer(body))[-1] if _END.search(body) else None
        assert end is not None, block
        found.append(_example(body[: end.start()], end[1], body[end.end() :], table, bool(quotes)))
    return found


def _example(sql: str, aside: str | None, below: str, table: str, quoted: bool) -> Example:
    written = [aside] if aside else [line[2:] for line in below.strip("\n").split("\n") if line]
    assert written, sql
    name = _TABLE.match(f"{table};")
    if name and re.search(rf"\b{name[1]}\b", sql):
        sql = f"{table}\n{sql}"
    first = written[0].strip()
    if first.startswith("ERROR"):
        return Example(sql, (), first.removeprefix("ERROR").strip(), quoted)
    if first == "(0 rows)":
        return Example(sql, (), None, quoted)
    rows = tuple(_cells(line) for line in written)
    return Example(sql, rows, None, quoted)


def _cells(line: str) -> tuple[str | None, ...]:
    return tuple(as_athena_shows(cell) for cell in re.split(r" \|(?: |$)", line))
