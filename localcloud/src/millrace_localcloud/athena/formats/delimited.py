"""LazySimpleSerDe: a line is split at every delimiter, quotes mean nothing.

Arrow's reader does the same to most files, many times faster. Where it might not, as for lines of
different lengths, the lines are split here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from millrace_localcloud.athena.catalog import Column, Storage
from millrace_localcloud.athena.formats.lines import Row, lines_of, opener_of, unreadable
from millrace_localcloud.athena.lake import DataFile

_MOST_BYTES = 1 << 28
"""A larger file is read line by line, so that it need not fit into memory."""
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Dialect:
    """How fields stand in a line."""

    delimiter: str
    null: str
    escape: str

    @classmethod
    def of(cls, place: Storage) -> Dialect:
        """The dialect that the SerDe's parameters declare."""
        given = place.serde_parameters
        delimiter = given.get("field.delim") or given.get("serialization.format") or "\x01"
        return cls(
            {"1": "\x01", "\\t": "\t"}.get(delimiter, delimiter),
            given.get("serialization.null.format", "\\N"),
            given.get("escape.delim") or "",
        )


def delimited_rows(
    file: DataFile, place: Storage, wanted: Sequence[Column | None]
) -> Iterator[Row]:
    """Each line's fields."""
    dialect = Dialect.of(place)
    for line in lines_of(file, place):
        fields = _split_escaped(line, dialect) if dialect.escape else line.split(dialect.delimiter)
        yield [None if field == dialect.null else field for field in fields]


def _split_escaped(line: str, dialect: Dialect) -> list[str]:
    fields, current, letters = [], "", iter(line)
    for letter in letters:
        if letter == dialect.escape:
            current += next(letters, "")
        elif letter == dialect.delimiter:
            fields.append(current)
            current = ""
        else:
            current += letter
    return [*fields, current]


def delimited_columns(
    file: DataFile, place: Storage, wanted: Sequence[Column | None]
) -> list[Any] | None:
    """The wanted columns as Arrow's texts, nulls for the others; None when lines must be split."""
    import pyarrow
    from pyarrow import csv

    dialect = Dialect.of(place)
    opener = opener_of(file)
    if not wanted or len(dialect.delimiter.encode()) != 1 or file.size > _MOST_BYTES:
        return None
    try:
        with opener(file.path, "rb") as stream:
            body = stream.read(_MOST_BYTES)
            if stream.read(1):
                return None
    except (OSError, EOFError) as error:
        raise unreadable(file) from error
    start = _after_header(body, place.header_lines)
    if start is None or not _splits_alike(body, start, dialect):
        return None
    end = body.find(b"\n", start)
    first_line = body[start:] if end < 0 else body[start:end]
    width = first_line.count(dialect.delimiter.encode())
    names = [f"f{index}" for index in range(width + 1)]
    chosen = [f"f{index}" for index, one in enumerate(wanted) if one and index <= width]
    try:
        table = csv.read_csv(
            pyarrow.py_buffer(body).slice(start),
            csv.ReadOptions(column_names=names),
            csv.ParseOptions(
                delimiter=dialect.delimiter,
                quote_char=False,
                escape_char=False,
                ignore_empty_lines=False,
            ),
            csv.ConvertOptions(
                # The first column is read whenever none is, for the number of rows.
                include_columns=chosen or names[:1],
                column_types=dict.fromkeys(names, pyarrow.string()),
                null_values=[dialect.null],
                strings_can_be_null=True,
            ),
        )
    except pyarrow.ArrowInvalid:
        return None
    return [
        table[f"f{index}"].combine_chunks()
        if one and index <= width
        else pyarrow.nulls(table.num_rows, pyarrow.string())
        for index, one in enumerate(wanted)
    ]


def _after_header(body: bytes, lines: int) -> int | None:
    """Where rows begin; None when there is none."""
    start = 0
    for _ in range(lines):
        start = body.find(b"\n", start) + 1
        if not start:
            return None
    return start if start < len(body) else None


def _splits_alike(body: bytes, start: int, dialect: Dialect) -> bool:
    """Whether Arrow sees the same lines and fields.

    It ends a line at a lone carriage return too, and fills an empty line with empty texts.
    """
    returns = body.count(b"\r")
    return (
        not dialect.escape
        and dialect.delimiter not in "\r\n"
        and not body.startswith(_MARK)
        and returns == (body.count(b"\r\n") if returns else 0)
        and not body.startswith((b"\n", b"\r"), start)
        and b"\n\n" not in body
        and b"\n\r" not in body
    )
