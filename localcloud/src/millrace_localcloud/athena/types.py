"""Trino's types: their text, their DuckDB storage and how they widen.

JSON is stored as its canonical text, an interval as a number of milliseconds or months, and a
timestamp with time zone as the UTC time while the zone is part of the static type.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Type:
    """A type: its base name and arguments, which are types, numbers or (field, type) pairs."""

    base: str
    args: tuple[Any, ...] = ()

    def __str__(self) -> str:
        if self.base == "row":
            fields = (f"{name} {kind}" if name else str(kind) for name, kind in self.args)
            return f"row({', '.join(fields)})"
        if self.base in (ZONED, NANO_ZONED):
            return f"timestamp({self.args[0]}) with time zone"
        if self.base == NANO:
            return f"timestamp({self.args[0]})"
        if not self.args:
            return self.base
        separator = "," if self.base == "decimal" else ", "
        return f"{self.base}({separator.join(str(argument) for argument in self.args)})"

    @property
    def element(self) -> Type:
        """Element type of an array."""
        found: Type = self.args[0]
        return found


ZONED = "timestamp with time zone"
NANO, NANO_ZONED = "nanoseconds", "nanoseconds with time zone"
"""Timestamps of more than six digits; see ``nanoseconds``."""
DAY_INTERVAL = Type("interval day to second")
MONTH_INTERVAL = Type("interval year to month")
BOOLEAN, TINYINT, SMALLINT = Type("boolean"), Type("tinyint"), Type("smallint")
INTEGER, BIGINT, REAL, DOUBLE = Type("integer"), Type("bigint"), Type("real"), Type("double")
VARCHAR, VARBINARY, JSON = Type("varchar"), Type("varbinary"), Type("json")
DATE, TIME, TIMESTAMP = Type("date"), Type("time"), Type("timestamp", (3,))
UNKNOWN = Type("unknown")
INTEGERS = ("tinyint", "smallint", "integer", "bigint")
NUMBERS = (*INTEGERS, "decimal", "real", "double")
_DIGITS = {"tinyint": 3, "smallint": 5, "integer": 10, "bigint": 19}
_STORAGE = {
    "boolean": "BOOLEAN",
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    "integer": "INTEGER",
    "bigint": "BIGINT",
    "real": "FLOAT",
    "double": "DOUBLE",
    "varchar": "VARCHAR",
    "varbinary": "BLOB",
    "json": "VARCHAR",
    "date": "DATE",
    "time": "TIME",
    "timestamp": "TIMESTAMP",
    ZONED: "TIMESTAMP",
    NANO: "BIGINT",
    NANO_ZONED: "BIGINT",
    DAY_INTERVAL.base: "BIGINT",
    MONTH_INTERVAL.base: "INTEGER",
    "unknown": "INTEGER",
}


def array(element: Type) -> Type:
    """``array(element)``."""
    return Type("array", (element,))


def map_of(key: Type, value: Type) -> Type:
    """``map(key, value)``."""
    return Type("map", (key, value))


def decimal(precision: int, scale: int) -> Type:
    """``decimal(precision,scale)``, the precision cut to Trino's 38."""
    return Type("decimal", (min(38, precision), scale))


def zoned(precision: int, zone: str | None) -> Type:
    """``timestamp(p) with time zone`` whose values all stand in ``zone``; None: not known."""
    return Type(ZONED, (precision, zone))


def storage(kind: Type) -> str:
    """DuckDB's type for values of ``kind``."""
    if kind.base == "decimal":
        return f"DECIMAL({kind.args[0]},{kind.args[1]})"
    if kind.base == "array":
        return f"{storage(kind.element)}[]"
    if kind.base == "map":
        return f"MAP({storage(kind.args[0])}, {storage(kind.args[1])})"
    if kind.base == "row":
        fields = (
            f'"{field_name(kind, index)}" {storage(field)}'
            for index, (_, field) in enumerate(kind.args)
        )
        return f"STRUCT({', '.join(fields)})"
    return _STORAGE[kind.base]


def field_name(kind: Type, index: int) -> str:
    """Stored name of a row's field, whether it has a name or not."""
    name = kind.args[index][0]
    return str(name).replace('"', '""') if name else f"field{index}"


def as_decimal(kind: Type) -> Type:
    """The decimal that holds every value of an integer type."""
    return kind if kind.base == "decimal" else decimal(_DIGITS[kind.base], 0)


def common(left: Type, right: Type) -> Type | None:
    """The narrowest type to which both coerce; None when there is none."""
    if left == right or right == UNKNOWN:
        return left
    if left == UNKNOWN:
        return right
    if left.base in NUMBERS and right.base in NUMBERS:
        return _common_number(left, right)
    if left.base == right.base:
        return _common_of_base(left, right)
    rank = ["date", "timestamp", ZONED]
    if left.base in rank and right.base in rank:
        return max(left, right, key=lambda kind: rank.index(kind.base))
    return None


def _common_number(left: Type, right: Type) -> Type:
    bases = {left.base, right.base}
    if "double" in bases:
        return DOUBLE
    if "real" in bases:
        return REAL
    if "decimal" in bases:
        first, second = as_decimal(left).args, as_decimal(right).args
        scale = max(first[1], second[1])
        return decimal(max(first[0] - first[1], second[0] - second[1]) + scale, scale)
    return max(left, right, key=lambda kind: INTEGERS.index(kind.base))


def _common_of_base(left: Type, right: Type) -> Type | None:
    if left.base == "varchar":
        return (
            Type("varchar", (max(left.args[0], right.args[0]),)) if _sized(left, right) else VARCHAR
        )
    if left.base == "timestamp":
        return max(left, right, key=lambda kind: int(kind.args[0]))
    if left.base == ZONED:
        return zoned(max(left.args[0], right.args[0]), None)
    if left.base in ("array", "map"):
        parts = tuple(common(a, b) for a, b in zip(left.args, right.args, strict=True))
        return None if None in parts else Type(left.base, parts)
    if left.base == "row" and len(left.args) == len(right.args):
        kinds = [common(a[1], b[1]) for a, b in zip(left.args, right.args, strict=True)]
        names = [a[0] if a[0] == b[0] else None for a, b in zip(left.args, right.args, strict=True)]
        return None if None in kinds else Type("row", tuple(zip(names, kinds, strict=True)))
    return None


def _sized(left: Type, right: Type) -> bool:
    return bool(left.args and right.args)


def coerces(source: Type, target: Type) -> bool:
    """Whether a value of ``source`` may stand where ``target`` is asked for."""
    if target.base == "varchar" and not target.args and source.base == "varchar":
        return True
    if source.base == target.base and source.base in ("timestamp", ZONED):
        return True
    if source.base == target.base == "decimal":
        return common(source, target) == target
    met = common(source, target)
    return met is not None and met.base == target.base and (met == target or met.base == ZONED)
