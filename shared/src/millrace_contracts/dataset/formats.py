"""How a source's bytes become rows."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from millrace_contracts.dataset.part import SpecPart


class CsvFormat(SpecPart):
    """Delimited text, RFC 4180 quoting; gzip by the file's ending."""

    kind: Literal["csv"]
    header: bool = True
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    quote: Annotated[str, Field(min_length=1, max_length=1)] = '"'
    null_value: str = ""
    """The text that stands for a missing value."""


class JsonLinesFormat(SpecPart):
    """One JSON object per line; gzip by the file's ending."""

    kind: Literal["jsonl"]


class ParquetFormat(SpecPart):
    """Apache Parquet."""

    kind: Literal["parquet"]


Format = Annotated[CsvFormat | JsonLinesFormat | ParquetFormat, Field(discriminator="kind")]
