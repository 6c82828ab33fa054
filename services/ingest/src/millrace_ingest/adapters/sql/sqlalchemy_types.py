"""Types of SQLAlchemy's columns, as they are read and as they land."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

_LARGEST_DECIMAL = 38


def read_as(kind: sa.types.TypeEngine[Any], *, is_sqlite: bool) -> sa.types.TypeEngine[Any]:
    """The type to read a column by.

    SQLite keeps moments as it was given them, mostly as text, and compares them so (SQLite,
    "Datatypes In SQLite", 2.2); they are read so too. MySQL's doubles are no decimals.
    """
    if is_sqlite and isinstance(kind, sa.types.DateTime | sa.types.Date | sa.types.Time):
        return sa.String()
    return sa.Double() if isinstance(kind, sa.types.Float) else kind


def python_type(kind: sa.types.TypeEngine[Any]) -> type:
    """The type of a value of a column's order."""
    arrow = arrow_type(kind)
    if pa.types.is_integer(arrow):
        return int
    if pa.types.is_decimal(arrow):
        return Decimal
    if pa.types.is_floating(arrow):
        return float
    if pa.types.is_timestamp(arrow):
        return dt.datetime
    return dt.date if pa.types.is_date(arrow) else str


def arrow_type(kind: sa.types.TypeEngine[Any]) -> pa.DataType:
    """The Parquet type of a column; what none fits lands as text."""
    if isinstance(kind, sa.types.Boolean):
        return pa.bool_()
    if isinstance(kind, sa.types.Integer):
        is_unsigned = getattr(kind, "unsigned", False)
        return pa.uint64() if is_unsigned and isinstance(kind, sa.types.BigInteger) else pa.int64()
    if isinstance(kind, sa.types.Float):
        return pa.float64()
    if isinstance(kind, sa.types.Numeric):
        precision, scale = kind.precision, kind.scale or 0
        if precision is None or precision > _LARGEST_DECIMAL:
            return pa.string()
        return pa.decimal128(precision, scale)
    if isinstance(kind, sa.types.DateTime):
        is_moment = kind.timezone or kind.__visit_name__ == "TIMESTAMP"
        return pa.timestamp("us", tz="UTC" if is_moment else None)
    if isinstance(kind, sa.types.Date):
        return pa.date32()
    return pa.binary() if isinstance(kind, sa.types.LargeBinary) else pa.string()
