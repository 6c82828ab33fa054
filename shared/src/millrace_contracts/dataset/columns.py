"""Columns a source declares, and the rules their values keep."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from millrace_contracts.dataset.part import SpecPart

_SIMPLE_TYPES = ("string", "int", "bigint", "double", "boolean", "date", "timestamp")
_NUMERIC = ("int", "bigint", "double", "decimal")
_DECIMAL = re.compile(r"decimal\((\d{1,2}),\s*(\d{1,2})\)")


def _known_type(text: str) -> str:
    decimal = _DECIMAL.fullmatch(text)
    if decimal and int(decimal[2]) <= int(decimal[1]) <= 38:
        return text.replace(" ", "")
    if text in _SIMPLE_TYPES:
        return text
    allowed = ", ".join((*_SIMPLE_TYPES, "decimal(p,s)"))
    raise ValueError(f"unknown type {text!r}; allowed: {allowed}")


ColumnType = Annotated[str, AfterValidator(_known_type)]
"""``string``, ``int``, ``bigint``, ``double``, ``boolean``, ``date``, ``timestamp`` or
``decimal(p,s)`` with s ≤ p ≤ 38."""

ColumnName = Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]{0,127}$")]
"""Lower case, as Glue and Athena keep every column name."""


class Reference(SpecPart):
    """A column of another dataset's refined table in which a value must stand."""

    dataset: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
    column: ColumnName


class RuledColumn(SpecPart):
    """A column with the rules that its values keep or break."""

    name: ColumnName
    type: ColumnType
    required: bool = False
    range: tuple[float | None, float | None] | None = None
    """Smallest and largest value allowed, both inclusive; null leaves a side open."""
    pattern: str | None = None
    """Regular expression that the whole text must match."""
    enum: tuple[str, ...] | None = None
    """The only texts allowed."""
    unique: bool = False
    """A value stands in one row of the table: the first that keeps every other rule."""
    references: Reference | None = None
    """Foreign key; a missing value refers to nothing and is allowed."""
    description: str = ""

    @model_validator(mode="after")
    def _rules_fit_the_type(self) -> Self:
        kind = self.type.split("(")[0]
        if self.range is not None:
            if kind not in _NUMERIC:
                raise ValueError(f"range needs a number, but the type is {self.type}")
            low, high = self.range
            if low is not None and high is not None and low > high:
                raise ValueError(f"range is empty: {low} is above {high}")
        for rule in ("pattern", "enum", "pii"):
            if getattr(self, rule, None) is not None and kind != "string":
                raise ValueError(f"{rule} needs type string, but the type is {self.type}")
        if self.pattern is not None:
            try:
                re.compile(self.pattern)
            except re.error as exc:
                raise ValueError(f"pattern is not a regular expression: {exc}") from exc
        return self


class Column(RuledColumn):
    """One column as it is read, with the rules that send a row to quarantine."""

    model_config = ConfigDict(populate_by_name=True)

    from_: Annotated[Annotated[str, Field(min_length=1)] | None, Field(alias="from")] = None
    """Its name in the file, where that is another one; compared in lower case."""
    pii: Literal["hash", "redact", "tokenise"] | None = None
    """What becomes of a person's data before anything is written: a salted SHA-256, a fixed text,
    or a token that equal values share and that whoever has the secret can turn back."""

    @property
    def file_name(self) -> str:
        """The column's name in the file, in lower case."""
        return (self.from_ or self.name).lower()


class RefinedColumn(RuledColumn):
    """One column of the rows that the transform gives, with the rules kept after it."""
