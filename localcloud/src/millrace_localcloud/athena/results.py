"""Values as Athena returns them: text in rows, CSV with every value quoted, typed columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from millrace_localcloud.athena.errors import not_supported
from millrace_localcloud.athena.java.intervals import days_text, months_text
from millrace_localcloud.athena.java.numbers import java_double, java_float
from millrace_localcloud.athena.types import (
    DAY_INTERVAL,
    MONTH_INTERVAL,
    NANO,
    NANO_ZONED,
    ZONED,
    Type,
)


@dataclass(frozen=True)
class ResultColumn:
    """A column of a result."""

    name: str
    kind: Type

    def described(self) -> dict[str, Any]:
        """``ColumnInfo`` of Athena's API."""
        base = self.kind.base
        precision, scale = _DIGITS.get(base, (0, 0))
        if base == "decimal":
            precision, scale = self.kind.args
        if base == "varchar" and self.kind.args:
            precision = self.kind.args[0]
        return {
            "CatalogName": "hive",
            "SchemaName": "",
            "TableName": "",
            "Name": self.name,
            "Label": self.name,
            "Type": _TYPE_NAMES.get(base, base),
            "Precision": precision,
            "Scale": scale,
            "Nullable": "UNKNOWN",
            "CaseSensitive": base == "varchar",
        }


_TYPE_NAMES = {"real": "float", NANO: "timestamp", NANO_ZONED: ZONED}
_DIGITS = {
    "tinyint": (3, 0),
    "smallint": (5, 0),
    "integer": (10, 0),
    "bigint": (19, 0),
    "real": (17, 0),
    "double": (17, 0),
    "varchar": (2147483647, 0),
    "varbinary": (1073741824, 0),
    "timestamp": (3, 0),
    ZONED: (3, 0),
}


def value_text(value: Any, kind: Type) -> str | None:
    """One value; None is NULL."""
    if value is None:
        return None
    if kind.base in ("array", "map", "row"):
        return _nested(value, kind)
    if kind.base in (NANO, NANO_ZONED):
        from millrace_localcloud.athena.nanoseconds import nano_text

        return nano_text(value, kind)
    if isinstance(value, datetime | time):
        return _moment(value, kind)
    return _TEXTS.get(kind.base, str)(value)


_TEXTS: dict[str, Callable[[Any], str]] = {
    "boolean": lambda value: "true" if value else "false",
    "double": java_double,
    "real": java_float,
    "varbinary": lambda value: " ".join(f"{byte:02x}" for byte in value),
    "decimal": lambda value: format(value, "f"),
    DAY_INTERVAL.base: days_text,
    MONTH_INTERVAL.base: months_text,
}


def _moment(value: datetime | time, kind: Type) -> str:
    """A moment inside a map or row; others come as text."""
    if isinstance(value, time):
        return value.isoformat("milliseconds")
    if kind.base == ZONED:
        raise not_supported("a timestamp with time zone inside a map or row of a result")
    digits = max(3, kind.args[0])
    return value.isoformat(" ", "microseconds")[: 20 + digits]


def _nested(value: Any, kind: Type) -> str:
    if kind.base == "array":
        inside = (value_text(one, kind.element) for one in value)
        return f"[{', '.join(map(_shown, inside))}]"
    if kind.base == "map":
        pairs = value.items() if isinstance(value, dict) else value
        shown = (
            f"{_shown(value_text(key, kind.args[0]))}={_shown(value_text(held, kind.args[1]))}"
            for key, held in pairs
        )
        return "{" + ", ".join(shown) + "}"
    fields = value.values() if isinstance(value, dict) else value
    cells: list[str] = []
    for index, (field, (name, part)) in enumerate(zip(fields, kind.args, strict=True)):
        cells.append(f"{name or f'field{index}'}={_shown(value_text(field, part))}")
    return "{" + ", ".join(cells) + "}"


def _shown(text: str | None) -> str:
    return "null" if text is None else text


def to_csv(header: Sequence[str], rows: Sequence[Sequence[str | None]]) -> bytes:
    """The result file: every value quoted, NULL as nothing at all."""
    lines = [",".join(map(_quoted, header)), *(",".join(map(_quoted, row)) for row in rows)]
    return "".join(f"{line}\n" for line in lines).encode()


def _quoted(text: str | None) -> str:
    return "" if text is None else '"' + text.replace('"', '""') + '"'


def data(row: Sequence[str | None]) -> dict[str, Any]:
    """A row of ``GetQueryResults``."""
    return {"Data": [{} if cell is None else {"VarCharValue": cell} for cell in row]}
