"""What a classifier finds in an object, and how two findings become one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

_NUMBERS = ("tinyint", "smallint", "int", "bigint", "float", "double")
"""Each can hold the ones before it, as Glue widens them."""
_SIMILAR = 0.7
"""Share of columns that two schemas must have in common to be one table's."""


@dataclass(frozen=True, slots=True)
class CsvFormat:
    """How a CSV file is written."""

    delimiter: str
    quote: str | None
    header: bool
    quoted: bool
    """Whether quotes are used in the data, not merely allowed."""
    serde: str
    """``LazySimpleSerDe`` or ``OpenCSVSerDe``."""


@dataclass(frozen=True, slots=True)
class Schema:
    """Classification and columns."""

    classification: str
    """``csv``, ``json``, ``parquet`` or ``UNKNOWN``."""
    columns: Mapping[str, str]
    """Glue type by column name, in order."""
    record_bytes: float = 0.0
    """Mean size of a record: as stored in Parquet, uncompressed in text; 0 when unknown."""
    compression: str = "none"
    csv: CsvFormat | None = None


UNKNOWN = Schema("UNKNOWN", {})


def widen(first: str | None, second: str | None) -> str | None:
    """The narrowest type that holds both; None stands for a column without a value."""
    if first is None or second is None or first == second:
        return first or second
    if first in _NUMBERS and second in _NUMBERS:
        return _NUMBERS[max(_NUMBERS.index(first), _NUMBERS.index(second))]
    return "string"


def merge(schemas: Sequence[Schema]) -> Schema:
    """One schema for objects of one classification: all their columns, each wide enough."""
    columns: dict[str, str] = {}
    for schema in schemas:
        for name, kind in schema.columns.items():
            columns[name] = widen(columns.get(name), kind) or "string"
    return replace(schemas[0], columns=columns)


def similar(schemas: Iterable[Schema]) -> bool:
    """Whether these are the same kind of records.

    Folders whose schemas are similar become partitions of one table ("How does a crawler determine
    when to create partitions?", AWS Glue Developer Guide).
    """
    first, *others = schemas
    return all(
        other.classification == first.classification and _shared(first, other) >= _SIMILAR
        for other in others
    )


def _shared(first: Schema, second: Schema) -> float:
    names = set(first.columns) | set(second.columns)
    return len(set(first.columns) & set(second.columns)) / len(names) if names else 1.0
