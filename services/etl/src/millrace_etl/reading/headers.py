"""Which columns a landed text file has, from its first bytes."""

from __future__ import annotations

import csv
import io
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from millrace_contracts.dataset import CsvFormat
from millrace_etl.errors import ColumnsMismatch
from millrace_etl.work import FileGroup, SourceFile

FIRST_BYTES = 64 * 1024
"""What is read of a file to find its header; a longer header line is refused."""
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Header:
    """The header of one file."""

    names: tuple[str, ...]
    line: str
    """As it stands in the file, without its line end."""


def read_header(key: str, first_bytes: bytes, csv_format: CsvFormat) -> Header | None:
    """Header of a CSV file; None when the file is empty.

    Names are compared without surrounding blanks and in lower case, as the catalog keeps them.

    Raises:
        ColumnsMismatch: The first line is not text, or longer than what was read.
    """
    data = _unpacked(key, first_bytes).removeprefix(_BOM)
    if not data:
        return None
    line_bytes = data.splitlines()[0] if data.splitlines() else b""
    if len(data) == len(line_bytes) and len(first_bytes) >= FIRST_BYTES:
        raise ColumnsMismatch(f"{key}: the header is longer than {FIRST_BYTES} bytes")
    try:
        line = line_bytes.decode("utf-8")
    except UnicodeDecodeError as exc:
        raise ColumnsMismatch(f"{key}: the header is not UTF-8: {exc}") from exc
    row = next(
        csv.reader(io.StringIO(line), delimiter=csv_format.delimiter, quotechar=csv_format.quote),
        [],
    )
    return Header(tuple(name.strip().lower() for name in row), line)


def check_columns(key: str, found: Sequence[str], declared: Sequence[str]) -> None:
    """Refuse a file whose columns are not the declared ones, in any order.

    Raises:
        ColumnsMismatch: Names the file, what it lacks and what it has too much.
    """
    missing = [name for name in declared if name not in found]
    extra = [name for name in dict.fromkeys(found) if name not in declared]
    twice = sorted({name for name in found if found.count(name) > 1})
    problems = [
        f"{what} {', '.join(repr(name) for name in names)}"
        for what, names in (("lacks", missing), ("has undeclared", extra), ("repeats", twice))
        if names
    ]
    if problems:
        raise ColumnsMismatch(
            f"{key}: the file {' and '.join(problems)}; declared: {', '.join(declared)}"
        )


def group_by_header(
    files: Iterable[tuple[SourceFile, Header | None]], declared: Sequence[str]
) -> tuple[FileGroup, ...]:
    """Files that can be read together: same columns in the same order.

    Raises:
        ColumnsMismatch: A file's columns are not the declared ones.
    """
    groups: dict[tuple[str, ...], list[tuple[SourceFile, Header]]] = defaultdict(list)
    for file, header in files:
        if header is None:
            continue  # an empty file has no rows to lose
        check_columns(file.key, header.names, declared)
        groups[header.names].append((file, header))
    return tuple(
        FileGroup(
            columns,
            tuple(file for file, _ in members),
            tuple(sorted({header.line for _, header in members})),
        )
        for columns, members in groups.items()
    )


def _unpacked(key: str, first_bytes: bytes) -> bytes:
    if not key.lower().endswith((".gz", ".gzip")):
        return first_bytes
    try:
        return zlib.decompressobj(wbits=31).decompress(first_bytes)
    except zlib.error as exc:
        raise ColumnsMismatch(f"{key}: not a gzip file, though its name says so: {exc}") from exc
