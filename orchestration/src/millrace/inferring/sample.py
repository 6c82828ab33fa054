"""Read a sample: its delimiter, its text for a missing value and its columns."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from millrace.errors import InputRejected
from millrace.inferring.columns import InferredColumn, infer_column

ROWS_READ = 10_000
_DELIMITERS = ",;\t|"
_MISSING = ("", "NA", "N/A", "NULL", "null", "\\N", "nan", "NaN")


@dataclass(frozen=True, slots=True)
class Sample:
    """What a sample says of its dataset."""

    delimiter: str
    null_value: str
    columns: tuple[InferredColumn, ...]
    rows: int
    """How many were looked at."""


def read_sample(file: Path) -> Sample:
    """Read the first rows of a CSV file with a header.

    Raises:
        InputRejected: It is no such file; says what is wrong.
    """
    header, rows, delimiter = _read(file)
    missing = _missing(rows, len(header))
    names = _names(header)
    columns = tuple(
        infer_column(
            names[index],
            title,
            [None if row[index] in ("", missing) else row[index] for row in rows],
        )
        for index, title in enumerate(header)
    )
    return Sample(delimiter, missing, columns, len(rows))


def _read(file: Path) -> tuple[list[str], list[list[str]], str]:
    opened = gzip.open if file.suffix == ".gz" else open
    try:
        with opened(file, "rt", encoding="utf-8-sig", newline="") as text:
            first = text.readline()
            delimiter = max(_DELIMITERS, key=first.count)
            text.seek(0)
            reader = csv.reader(text, delimiter=delimiter)
            header = next(reader, [])
            rows = [row for row, _ in zip(filter(None, reader), range(ROWS_READ), strict=False)]
    except FileNotFoundError as exc:
        raise InputRejected(f"{file}: no such file") from exc
    except (UnicodeDecodeError, gzip.BadGzipFile, csv.Error) as exc:
        raise InputRejected(f"{file}: no CSV in UTF-8: {exc}") from exc
    _check(file, header, rows)
    return header, rows, delimiter


def _check(file: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    if not any(title.strip() for title in header) or not rows:
        raise InputRejected(f"{file}: needs a header and at least one row")
    for number, title in enumerate(header):
        if not title.strip():
            raise InputRejected(f"{file}: column {number + 1} has no name in the header")
        if title in header[:number]:
            raise InputRejected(f"{file}: two columns are named {title!r}")
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise InputRejected(
                f"{file}: row {number} has {len(row)} values for {len(header)} columns"
            )


def _missing(rows: Sequence[Sequence[str]], width: int) -> str:
    """The text for a missing value: the one that turns most columns into something narrower."""

    def narrowed(text: str) -> int:
        return sum(
            infer_column("c", "c", [None if row[i] == text else row[i] for row in rows]).type
            != "string"
            for i in range(width)
        )

    return max(_MISSING, key=narrowed)


def _names(header: Sequence[str]) -> list[str]:
    """Names that Glue and Athena take, each once."""
    names: list[str] = []
    for index, title in enumerate(header):
        spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", title.strip())
        name = re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_") or f"column_{index + 1}"
        if name[0].isdigit():
            name = f"_{name}"
        base, number = name, 2
        while name in names:
            name, number = f"{base}_{number}", number + 1
        names.append(name)
    return names
