"""Columns a source declares, and the rules their values keep."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

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


class Column(SpecPart):
    """One column as it is read, with the rules that send a row to quarantine."""

    name: ColumnName
    type: ColumnType
    required: bool = False
    range: tuple[float | None, float | None] | None = None
    """Smallest and largest value allowed, both inclusive; null leaves a side open."""
    pattern: str | None = None
    """Regular expression that the whole text must match."""
    enum: tuple[str, ...] | None = None
    """The only texts allowed."""
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
        for rule in ("pattern", "enum"):
            if getattr(self, rule) is not None and kind != "string":
                raise ValueError(f"{rule} needs type string, but the type is {self.type}")
        if self.pattern is not None:
            try:
                re.compile(self.pattern)
            except re.error as exc:
                raise ValueError(f"pattern is not a regular expression: {exc}") from exc
        return self
