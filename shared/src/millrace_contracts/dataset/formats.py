"""How a source's bytes become rows."""

from __future__ import annotations

import codecs
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from millrace_contracts.dataset.part import SpecPart


def _known_encoding(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError as exc:
        raise ValueError(f"unknown encoding {name!r}; one of Python's standard encodings") from exc


Encoding = Annotated[str, AfterValidator(_known_encoding)]
"""A text encoding by any of its names ("Standard Encodings", Python's module codecs)."""


class CsvFormat(SpecPart):
    """Delimited text, RFC 4180 quoting; gzip, zstd or zip by the file's ending."""

    kind: Literal["csv"]
    header: bool = True
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    quote: Annotated[str, Field(min_length=1, max_length=1)] = '"'
    null_value: str = ""
    """The text that stands for a missing value."""
    encoding: Encoding = "utf-8"


class JsonLinesFormat(SpecPart):
    """One JSON object per line; gzip, zstd or zip by the file's ending."""

    kind: Literal["jsonl"]


class ParquetFormat(SpecPart):
    """Apache Parquet."""

    kind: Literal["parquet"]


class JsonArrayFormat(SpecPart):
    """One JSON document that holds an array of objects; gzip, zstd or zip by the file's ending."""

    kind: Literal["json"]
    path: Annotated[str, Field(pattern=r"^[^.]+(\.[^.]+)*$")] | None = None
    """Names of the objects around the array, separated by points; none when it is the document."""


class AvroFormat(SpecPart):
    """Apache Avro object container files."""

    kind: Literal["avro"]


class FixedWidthFormat(SpecPart):
    """Lines whose columns have declared widths; gzip, zstd or zip by the file's ending."""

    kind: Literal["fixed"]
    widths: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)]
    """Characters of each column, in the order of the columns."""
    skip_lines: Annotated[int, Field(ge=0)] = 0
    """Lines at the top that are no rows."""
    null_value: str = ""
    """The text that stands for a missing value, once blanks around it are cut off."""
    encoding: Encoding = "utf-8"


class ExcelFormat(SpecPart):
    """One sheet of an Excel workbook (.xlsx)."""

    kind: Literal["excel"]
    sheet: str | None = None
    """Its name; the first one when there is none."""
    null_value: str = ""


class XmlFormat(SpecPart):
    """Elements whose attributes and children are the columns; gzip, zstd or zip by the ending."""

    kind: Literal["xml"]
    record: Annotated[str, Field(min_length=1)]
    """Name of the element that is a row, without its namespace."""


Format = Annotated[
    CsvFormat
    | JsonLinesFormat
    | JsonArrayFormat
    | ParquetFormat
    | AvroFormat
    | FixedWidthFormat
    | ExcelFormat
    | XmlFormat,
    Field(discriminator="kind"),
]
