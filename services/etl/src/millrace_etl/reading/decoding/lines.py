"""Texts of a declared encoding: CSV and lines of fixed width."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import IO

from millrace_contracts.dataset import CsvFormat, FixedWidthFormat
from millrace_etl.reading.decoding.record import FileRefused, Record, Wanted
from millrace_etl.reading.decoding.unpacking import buffered

_LONGEST_VALUE = 16 * 1024**2
"""Characters of one value of a CSV; an unclosed quote would otherwise take in the whole file."""
_UNDECODED = re.compile("[\udc80-\udcff]")


def read_csv(stream: IO[bytes], declared: CsvFormat, wanted: Wanted) -> Iterator[Record]:
    """Records of a CSV, line breaks in quotes included."""
    csv.field_size_limit(_LONGEST_VALUE)
    reader = csv.reader(
        _text(stream, declared.encoding, newline=""),
        delimiter=declared.delimiter,
        quotechar=declared.quote,
        strict=True,
    )
    names = wanted.names
    try:
        if declared.header:
            header = next(reader, None)
            if header is None:
                return
            names = tuple(name.strip().lower() for name in header)
            wanted.check_header(names)
        for number, row in enumerate(reader, start=1):
            if row:
                yield _csv_record(number, row, names, declared)
    except csv.Error as exc:
        raise FileRefused(f"line {reader.line_num}: {exc}") from exc


def read_fixed(stream: IO[bytes], declared: FixedWidthFormat, wanted: Wanted) -> Iterator[Record]:
    """Records of a file whose columns have declared widths; the last may be cut short."""
    width = sum(declared.widths)
    reason = f"row: {width} characters: "
    shortest = width - declared.widths[-1]
    for number, line in enumerate(_text(stream, declared.encoding, newline=None), start=1):
        text = line.rstrip("\n")
        if number <= declared.skip_lines or not text.strip():
            continue
        at = 0
        texts: dict[str, str | None] = {}
        for name, size in zip(wanted.names, declared.widths, strict=True):
            value = text[at : at + size].strip()
            texts[name] = None if value in ("", declared.null_value) else value
            at += size
        problem = _undecoded(text, declared.encoding)
        if len(text.rstrip()) > width or len(text) <= shortest:
            problem = f"{reason}{len(text)}"
        yield Record(number, texts, _shown(text), problem)


def _csv_record(number: int, row: list[str], names: tuple[str, ...], declared: CsvFormat) -> Record:
    raw = declared.delimiter.join(row)
    problem = _undecoded(raw, declared.encoding)
    if len(row) != len(names):
        problem = f"row: {len(names)} values separated by {declared.delimiter!r}: another number"
    texts = {
        name: None if value in ("", declared.null_value) else value
        for name, value in zip(names, row, strict=False)
    }
    return Record(number, texts, _written(row, declared), problem)


def _written(row: list[str], declared: CsvFormat) -> str:
    line = io.StringIO()
    csv.writer(
        line, delimiter=declared.delimiter, quotechar=declared.quote, lineterminator=""
    ).writerow([_shown(value) for value in row])
    return line.getvalue()


def _text(stream: IO[bytes], encoding: str, newline: str | None) -> io.TextIOWrapper:
    named = "utf-8-sig" if encoding == "utf-8" else encoding
    return io.TextIOWrapper(buffered(stream), named, errors="surrogateescape", newline=newline)


def _undecoded(text: str, encoding: str) -> str | None:
    found = _UNDECODED.search(text)
    if found is None:
        return None
    return f"row: encoding {encoding}: byte 0x{ord(found[0]) - 0xDC00:02x}"


def _shown(text: str) -> str:
    return _UNDECODED.sub("\ufffd", text)
