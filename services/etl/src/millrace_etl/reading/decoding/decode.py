"""One landed file as records, by the declared format."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

import zstandard

from millrace_contracts import Dataset
from millrace_contracts.dataset import (
    AvroFormat,
    CsvFormat,
    ExcelFormat,
    FixedWidthFormat,
    JsonArrayFormat,
    JsonLinesFormat,
    XmlFormat,
)
from millrace_etl.reading.decoding.avro import read_avro
from millrace_etl.reading.decoding.json_text import read_array, read_lines
from millrace_etl.reading.decoding.lines import read_csv, read_fixed
from millrace_etl.reading.decoding.record import FileRefused, Record, Wanted
from millrace_etl.reading.decoding.unpacking import packing, unpacked
from millrace_etl.reading.decoding.xml_text import read_xml

_UNREADABLE = (
    zlib.error,
    zipfile.BadZipFile,
    zstandard.ZstdError,
    EOFError,
    gzip.BadGzipFile,
    UnicodeError,
)


def needs_decoding(spec: Dataset, key: str) -> bool:
    """Whether a file is read in Python, by one task, and not by Spark's own readers."""
    if isinstance(spec.format, CsvFormat):
        return spec.format.encoding != "utf-8" or packing(key) in ("zip", "zstd")
    if isinstance(spec.format, JsonLinesFormat):
        return packing(key) in ("zip", "zstd")
    return isinstance(
        spec.format, JsonArrayFormat | AvroFormat | FixedWidthFormat | ExcelFormat | XmlFormat
    )


def decode(spec: Dataset, key: str, stream: IO[bytes]) -> Iterator[Record]:
    """Records of one file, in order.

    Raises:
        FileRefused: Where the file stops being what it is declared to be.
    """
    wanted = Wanted(
        tuple(column.file_name for column in spec.columns),
        frozenset(column.file_name for column in spec.columns if column.pii),
    )
    number = 0
    try:
        with unpacked(key, stream) as plain:
            for record in _records(spec, plain, wanted):
                number = record.number
                yield record
    except _UNREADABLE as exc:
        told = f"after record {number}: {type(exc).__name__}: {exc}"
        raise FileRefused(told) from exc


def _records(spec: Dataset, plain: IO[bytes], wanted: Wanted) -> Iterator[Record]:
    match spec.format:
        case CsvFormat():
            return read_csv(plain, spec.format, wanted)
        case JsonLinesFormat():
            return read_lines(plain, wanted)
        case JsonArrayFormat():
            return read_array(plain, spec.format, wanted)
        case AvroFormat():
            return read_avro(plain, wanted)
        case FixedWidthFormat():
            return read_fixed(plain, spec.format, wanted)
        case ExcelFormat():
            # Every run would pay for openpyxl, and few read workbooks.
            from millrace_etl.reading.decoding.excel import read_excel

            return read_excel(plain, spec.format, wanted)
        case XmlFormat():
            return read_xml(plain, spec.format, wanted)
    raise FileRefused(f"format {spec.format.kind} is not decoded")
