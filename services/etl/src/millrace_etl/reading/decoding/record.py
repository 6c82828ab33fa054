"""What a decoder makes of a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FILE_REFUSED = "file: "
"""How the structure of a record begins whose file as a whole cannot be read: the run stops."""
OTHER_COLUMNS = "row: declared columns only: "


@dataclass(frozen=True, slots=True)
class Record:
    """One record, its values as texts."""

    number: int
    """Line or record of the file, from 1."""
    texts: Mapping[str, str | None]
    """By the column's name in the file."""
    raw: str
    """The record as it was read."""
    problem: str | None = None
    """Why it is no record of the declared form."""


class FileRefused(Exception):
    """The file cannot be read as what it is declared to be; the text says where and why."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The columns a decoder looks for, by their names in the file."""

    names: tuple[str, ...]
    personal: frozenset[str] = frozenset()
    """Those that must be there, whatever else is missing: they hold a person's data."""

    def check_header(self, found: Sequence[str]) -> None:
        """Refuse a file whose columns are not the declared ones, in any order."""
        missing = [name for name in self.names if name not in found]
        extra = [name for name in dict.fromkeys(found) if name not in self.names]
        twice = sorted({name for name in found if found.count(name) > 1})
        told = [
            f"{what} {', '.join(map(repr, names))}"
            for what, names in (
                ("lacks", missing),
                ("has undeclared", extra),
                ("repeats", twice),
            )
            if names
        ]
        if told:
            raise FileRefused(f"the file {' and '.join(told)}; declared: {', '.join(self.names)}")

    def of_object(self, number: int, values: Mapping[str, str | None], raw: str) -> Record:
        """The record of an object whose members are columns; a missing member is null."""
        missing = sorted(self.personal - values.keys())
        if missing:
            raise FileRefused(f"record {number} lacks the personal column {', '.join(missing)}")
        extra = [name for name in values if name not in self.names]
        problem = OTHER_COLUMNS + ", ".join(extra) if extra else None
        return Record(number, {name: values.get(name) for name in self.names}, raw, problem)
