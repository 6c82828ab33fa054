"""The types that a query writes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from millrace_localcloud.athena.translation import Place
from millrace_localcloud.athena.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DAY_INTERVAL,
    DOUBLE,
    INTEGER,
    JSON,
    MONTH_INTERVAL,
    NANO,
    REAL,
    SMALLINT,
    TIME,
    TINYINT,
    VARBINARY,
    VARCHAR,
    Type,
    array,
    decimal,
    map_of,
    zoned,
)

_NAMES = {
    "BOOLEAN": BOOLEAN,
    "TINYINT": TINYINT,
    "SMALLINT": SMALLINT,
    "INT": INTEGER,
    "BIGINT": BIGINT,
    "FLOAT": REAL,
    "DOUBLE": DOUBLE,
    "VARCHAR": VARCHAR,
    "VARBINARY": VARBINARY,
    "DATE": DATE,
    "JSON": JSON,
}


def written_type(node: exp.DataType, place: Place) -> Type:
    """The type that a cast names."""
    if isinstance(node.this, exp.Interval):
        unit = node.this.args["unit"]
        return DAY_INTERVAL if str(unit.this.this).upper() == "DAY" else MONTH_INTERVAL
    name = node.this.name
    parts = node.expressions
    if name == "ARRAY" and len(parts) == 1:
        return array(written_type(parts[0], place))
    if name == "MAP" and len(parts) == 2:
        return map_of(written_type(parts[0], place), written_type(parts[1], place))
    if name == "STRUCT":
        return Type("row", tuple(_written_field(part, place) for part in parts))
    return _sized_type(name, parts, node, place)


def _sized_type(
    name: str, parts: Sequence[exp.Expression], node: exp.DataType, place: Place
) -> Type:
    numbers = [int(str(part.this.this)) for part in parts if isinstance(part, exp.DataTypeParam)]
    if name == "DECIMAL":
        return decimal(*(numbers + [38, 0][len(numbers) :]))
    if name == "VARCHAR" and numbers:
        return Type("varchar", (numbers[0],))
    precision = numbers[0] if numbers else 3
    if name in ("TIMESTAMP", "TIMESTAMPTZ", "TIME"):
        if name == "TIMESTAMP" and 6 < precision <= 9:
            return Type(NANO, (precision,))
        if precision > 6:
            place.translation.refuse(f"the precision {precision}, beyond microseconds,", node)
        if name == "TIME":
            return TIME
        return Type("timestamp", (precision,)) if name == "TIMESTAMP" else zoned(precision, None)
    if name not in _NAMES or parts:
        place.translation.refuse(f"the type {node.sql(dialect='trino').lower()}", node)
    return _NAMES[name]


def _written_field(part: exp.Expression, place: Place) -> tuple[str | None, Type]:
    if isinstance(part, exp.ColumnDef):
        return part.name, written_type(part.args["kind"], place)
    return None, written_type(part, place)
