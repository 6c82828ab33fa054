"""Types as the catalog writes them, in Hive's words."""

from __future__ import annotations

from millrace_localcloud.athena.errors import QueryFailed, not_supported
from millrace_localcloud.athena.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DAY_INTERVAL,
    DOUBLE,
    INTEGER,
    MONTH_INTERVAL,
    REAL,
    SMALLINT,
    TIMESTAMP,
    TINYINT,
    VARBINARY,
    VARCHAR,
    ZONED,
    Type,
    array,
    decimal,
    field_name,
    map_of,
)

_HIVE = {
    "string": VARCHAR,
    "int": INTEGER,
    "float": REAL,
    "binary": VARBINARY,
    "timestamp": TIMESTAMP,
    **{
        kind.base: kind
        for kind in (BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT, DOUBLE, VARCHAR, DATE)
    },
}


def from_hive(text: str) -> Type:
    """Type of a catalog column, as ``array<struct<a:int,b:decimal(10,2)>>``.

    Raises:
        QueryFailed: The catalog holds a type that is not known here.
    """
    text = text.strip().lower()
    if text in _HIVE:
        return _HIVE[text]
    head, _, rest = text.partition("<")
    inside = rest[:-1] if rest.endswith(">") else ""
    if head == "array" and inside:
        return array(from_hive(inside))
    if head == "map" and inside:
        key, value = split_top(inside)
        return map_of(from_hive(key), from_hive(value))
    if head == "struct" and inside:
        fields = (field.split(":", 1) for field in split_top(inside))
        return Type("row", tuple((name.strip(), from_hive(kind)) for name, kind in fields))
    if text.startswith("decimal"):
        digits = [int(part) for part in text[7:].strip(" ()").split(",") if part.strip()]
        return decimal(*(digits + [10, 0][len(digits) :]))
    if text.startswith("varchar(") and text.endswith(")"):
        return Type("varchar", (int(text[8:-1]),))
    raise not_supported(f"the column type '{text}'")


def split_top(text: str) -> list[str]:
    """Split at the commas that stand in no bracket."""
    parts, depth, start = [], 0, 0
    for index, letter in enumerate(text):
        depth += (letter in "<(") - (letter in ">)")
        if letter == "," and depth == 0:
            parts.append(text[start:index])
            start = index + 1
    return [*parts, text[start:]]


_TO_HIVE = {"varbinary": "binary", "integer": "int", "real": "float", "timestamp": "timestamp"}


def to_hive(kind: Type) -> str:
    """Catalog text of a type, for a table or view that is written."""
    if kind.base == "array":
        return f"array<{to_hive(kind.element)}>"
    if kind.base == "map":
        return f"map<{to_hive(kind.args[0])},{to_hive(kind.args[1])}>"
    if kind.base == "row":
        fields = (
            f"{field_name(kind, index)}:{to_hive(field)}"
            for index, (_, field) in enumerate(kind.args)
        )
        return f"struct<{','.join(fields)}>"
    if kind.base == "varchar":
        return f"varchar({kind.args[0]})" if kind.args and kind.args[0] else "string"
    if kind.base in ("unknown", "json", "time", *(i.base for i in (DAY_INTERVAL, MONTH_INTERVAL))):
        raise QueryFailed("NOT_SUPPORTED", f"Unsupported Hive type: {kind}")
    if kind.base == ZONED:
        return str(kind)
    return _TO_HIVE.get(kind.base, str(kind))
