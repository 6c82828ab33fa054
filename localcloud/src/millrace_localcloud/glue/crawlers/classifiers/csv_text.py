"""Classify CSV as Glue does ("Built-in CSV classifier", AWS Glue Developer Guide)."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from millrace_localcloud.glue.crawlers.schema import CsvFormat, Schema, widen

_DELIMITERS = (",", "|", "\t", ";", "\u0001")
_HEADER_CHARACTERS = 150
"""Every column of a header but the last has fewer."""
_LEAST = 2
"""Columns, and rows of data, that a file needs to be CSV."""
_REGULAR = 0.9
"""Share of the rows that must have the most common width."""
_SAMPLE_ROWS = 1000
_INTEGER = re.compile(r"[+-]?\d{1,19}")
_BIGINTS = range(-(2**63), 2**63)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_BOOLEAN = frozenset({"true", "false"})
_LAZY = "LazySimpleSerDe"
_OPEN = "OpenCSVSerDe"


@dataclass(frozen=True, slots=True)
class CsvRules:
    """A custom CSV classifier, or the built-in one when all is left out."""

    delimiter: str | None = None
    quote: str | None = None
    header: str = "UNKNOWN"
    """``PRESENT``, ``ABSENT`` or ``UNKNOWN``: found by the heuristics."""
    names: tuple[str, ...] = ()
    single_column: bool = False
    trim: bool = True
    serde: str | None = None


def classify_csv(text: str, rules: CsvRules) -> Schema | None:
    """Schema of the sample, None when it is not CSV.

    Args:
        text: Whole lines from the beginning of the file.
        rules: The custom classifier, ``CsvRules()`` for the built-in one.
    """
    parsed = _parse(text, rules)
    if parsed is None:
        return None
    delimiter, rows = parsed
    width = len(rows[0])
    rows = [row for row in rows if len(row) == width]
    header = _has_header(rows) if rules.header == "UNKNOWN" else rules.header == "PRESENT"
    data = rows[1:] if header else rows
    if len(data) < _LEAST and rules == CsvRules():
        return None
    names = _names(rows[0] if header else None, rules.names, width)
    types = [_column_type([row[index] for row in data]) or "string" for index in range(width)]
    quote = rules.quote or '"'
    quoted = quote in text
    return Schema(
        classification="csv",
        columns=dict(zip(names, types, strict=True)),
        record_bytes=len(text.encode()) / max(1, len(text.splitlines())),
        csv=CsvFormat(delimiter, rules.quote, header, quoted, _serde(rules, quoted)),
    )


def _serde(rules: CsvRules, quoted: bool) -> str:
    if rules.serde in (_LAZY, _OPEN):
        return str(rules.serde)
    return _OPEN if rules.quote and quoted else _LAZY


def _parse(text: str, rules: CsvRules) -> tuple[str, list[list[str]]] | None:
    """The delimiter that divides the sample into the most columns, and its rows."""
    best: tuple[str, list[list[str]]] | None = None
    least = 1 if rules.single_column else _LEAST
    for delimiter in [rules.delimiter] if rules.delimiter else _DELIMITERS:
        rows = _rows(text, delimiter, rules)
        widths = Counter(len(row) for row in rows)
        if not rows or len(rows[0]) < least:
            continue
        if widths[len(rows[0])] < _REGULAR * len(rows):
            continue
        if best is None or len(rows[0]) > len(best[1][0]):
            best = delimiter, rows
    return best


def _rows(text: str, delimiter: str, rules: CsvRules) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, quotechar=rules.quote or '"')
    rows = []
    try:
        for row in reader:
            if row:
                rows.append([value.strip() for value in row] if rules.trim else row)
            if len(rows) >= _SAMPLE_ROWS:
                break
    except csv.Error:
        return []
    return rows


def _has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row is "sufficiently different from the data rows"."""
    first, data = rows[0], rows[1:]
    if (
        not data
        or not all(first[:-1])
        or any(value_type(value) != "string" for value in first[:-1])
    ):
        return False
    if first[-1] and value_type(first[-1]) != "string":
        return False
    if any(len(value) >= _HEADER_CHARACTERS for value in first[:-1]):
        return False
    return any(value_type(value) not in (None, "string") for row in data for value in row)


def value_type(value: str) -> str | None:
    """Glue type of one value; None when it is empty.

    Dates and times stay strings: the built-in classifier leaves them so, and a custom classifier's
    CustomDatatypes exist for them.
    """
    if not value:
        return None
    if _INTEGER.fullmatch(value) and int(value) in _BIGINTS:
        return "bigint"
    if _NUMBER.fullmatch(value):
        return "double"
    return "boolean" if value.lower() in _BOOLEAN else "string"


def _column_type(values: Sequence[str]) -> str | None:
    kind: str | None = None
    for value in values:
        kind = widen(kind, value_type(value))
        if kind == "string":
            return kind
    return kind


def _names(header: Sequence[str] | None, given: Sequence[str], width: int) -> list[str]:
    found = list(given) or list(header or ())
    names = [found[index].lower() if index < len(found) else "" for index in range(width)]
    return [name or f"col{index}" for index, name in enumerate(names)]


def rules_of(classifier: Mapping[str, object]) -> CsvRules:
    """Rules of a CsvClassifier as the API describes it."""
    names = classifier.get("Header")
    return CsvRules(
        delimiter=_text(classifier, "Delimiter"),
        quote=_text(classifier, "QuoteSymbol"),
        header=_text(classifier, "ContainsHeader") or "UNKNOWN",
        names=tuple(str(name) for name in names) if isinstance(names, list) else (),
        single_column=bool(classifier.get("AllowSingleColumn")),
        trim=not classifier.get("DisableValueTrimming"),
        serde=_text(classifier, "Serde"),
    )


def _text(classifier: Mapping[str, object], member: str) -> str | None:
    value = classifier.get(member)
    return str(value) if value else None
