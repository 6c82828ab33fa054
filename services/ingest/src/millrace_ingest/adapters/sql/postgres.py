"""SqlTable on PostgreSQL by ADBC: rows come by binary COPY as Arrow, a little at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pyarrow as pa

from millrace_contracts.dataset import SqlSource
from millrace_ingest.adapters.sql.adbc import AdbcError, AdbcSession
from millrace_ingest.adapters.sql.errors import error_of
from millrace_ingest.adapters.sql.tables import Span
from millrace_ingest.errors import SourceMalformed, SourceMissing
from millrace_ingest.secret import Secret
from millrace_ingest.versions import public_url

_BATCH_BYTES = 256 * 1024
_CONNECT_S = "10"
_LARGEST_DECIMAL = 38
_LARGEST_SCALED = 18
"""Digits of a decimal whose value without its point is a bigint. ADBC reads those at a fourth of
what a numeric costs it, which it spells out as text."""
_NOT_A_NUMBER = -(2**63)
"""In a scaled decimal's place: it has more digits than any that is one."""
_NUMERIC = re.compile(r"numeric\((\d+),(-?\d+)\)")
_NATIVE: dict[str, pa.DataType] = {
    "bool": pa.bool_(),
    "int2": pa.int16(),
    "int4": pa.int32(),
    "int8": pa.int64(),
    "float4": pa.float32(),
    "float8": pa.float64(),
    "text": pa.string(),
    "varchar": pa.string(),
    "bpchar": pa.string(),
    "bytea": pa.binary(),
    "date": pa.date32(),
    "time": pa.time64("us"),
    "timestamp": pa.timestamp("us"),
    "timestamptz": pa.timestamp("us", tz="UTC"),
}
"""Types whose binary form ADBC reads as the same Arrow type; every other is asked for as text."""


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    sql_type: str
    selected: str
    arrow: pa.DataType


class PostgresTable:
    """One table, in a read-only transaction of isolation REPEATABLE READ."""

    def __init__(self, spec: SqlSource, secret: Secret) -> None:
        self.place = f"{public_url(spec.url)}/{spec.table}"
        self._hidden = tuple(filter(None, (secret.get("user"), secret.get("password"))))
        self._table = ".".join(_quoted(name) for name in spec.table.split("."))
        with self._errors():
            self._session = AdbcSession(_uri(spec.url, secret))
        try:
            with self._errors():
                self._session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            self._columns = self._declared(spec.columns)
        except BaseException:
            self.close()
            raise
        self.schema = pa.schema([(column.name, column.arrow) for column in self._columns.values()])

    def close(self) -> None:
        """End the transaction and the connection."""
        self._session.close()

    def highest(self, column: str) -> str:
        # Not max(), which not every type that has an order has (PostgreSQL, 9.21).
        name = f"a.{self._name(column)}"
        highest = f"WHERE {name} IS NOT NULL ORDER BY {name} DESC LIMIT 1"
        rows = self._rows(f"SELECT {name}::text FROM {self._table} AS a {highest}")
        return str(rows[0][0]) if rows else ""

    def has_null(self, columns: tuple[str, ...]) -> bool:
        missing = " OR ".join(f"{self._name(name)} IS NULL" for name in columns)
        return bool(self._rows(f"SELECT 1 FROM {self._table} WHERE {missing} LIMIT 1"))

    def batches(self, span: Span) -> Iterator[pa.RecordBatch]:
        selected = ", ".join(column.selected for column in self._columns.values())
        # A bare name would be the answer's column, which may be a text (PostgreSQL, "SELECT").
        order = ", ".join(f"a.{self._name(name)}" for name in span.order)
        where = self._conditions(span)
        only = f" WHERE {' AND '.join(where)}" if where else ""
        query = f"SELECT {selected} FROM {self._table} AS a{only} ORDER BY {order}"
        with self._errors(), self._session.batches(query, _BATCH_BYTES) as batches:
            for batch in batches:
                yield self._typed(batch)

    def _declared(self, wanted: tuple[str, ...]) -> dict[str, _Column]:
        """Columns of the table, in its order (PostgreSQL, 53.7 pg_attribute)."""
        found = self._rows(
            "SELECT attname::text, format_type(atttypid, atttypmod), typname::text "
            "FROM pg_attribute JOIN pg_type ON pg_type.oid = atttypid "
            f"WHERE attrelid = to_regclass({_literal(self._table)}) "
            "AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
        )
        if not found:
            raise SourceMissing(f"{self.place}: there is no such table")
        columns = {name: _column(name, sql_type, kind) for name, sql_type, kind in found}
        missing = sorted(set(wanted) - set(columns))
        if missing:
            raise SourceMissing(f"{self.place}: there are no columns {missing}")
        return {name: columns[name] for name in (wanted or columns)}

    def _conditions(self, span: Span) -> list[str]:
        conditions = []
        if span.since:
            bound = self._value(span.column, span.since)
            if span.is_live and span.overlap:
                bound = f"{bound} - {self._overlap(span)}"
            conditions.append(f"{self._name(span.column)} {'>' if span.is_live else '>='} {bound}")
        if span.until:
            bound = self._value(span.bounded, span.until)
            conditions.append(f"{self._name(span.bounded)} {'<=' if span.is_live else '<'} {bound}")
        if span.after:
            names = ", ".join(map(self._name, span.order))
            values = ", ".join(map(self._value, span.order, span.after))
            conditions.append(f"({names}) > ({values})")
        return conditions

    def _overlap(self, span: Span) -> str:
        is_moment = self._columns[span.column].sql_type.startswith("timestamp")
        return f"interval '{span.overlap} seconds'" if is_moment else str(span.overlap)

    def _name(self, column: str) -> str:
        if column not in self._columns:
            raise SourceMissing(f"{self.place}: there is no column {column!r}")
        return _quoted(column)

    def _value(self, column: str, text: str) -> str:
        self._name(column)
        return f"{_literal(text)}::{self._columns[column].sql_type}"

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        with self._errors():
            return self._session.rows(query)

    def _typed(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        arrays = []
        for array, field in zip(batch.columns, self.schema, strict=True):
            try:
                arrays.append(_as_type(array, field.type))
            except pa.ArrowInvalid as exc:
                raise SourceMalformed(f"{self.place}: column {field.name}: {exc}") from exc
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (AdbcError, OSError) as exc:
            # Without the cause, which tells what is hidden.
            state = getattr(exc, "sqlstate", "") or ""
            raise error_of(self.place, exc, state, self._hidden) from None


def _column(name: str, sql_type: str, kind: str) -> _Column:
    quoted = _quoted(name)
    numeric = _NUMERIC.fullmatch(sql_type)
    if numeric and int(numeric[1]) <= _LARGEST_DECIMAL and 0 <= int(numeric[2]) <= int(numeric[1]):
        arrow = pa.decimal128(int(numeric[1]), int(numeric[2]))
        return _Column(name, sql_type, _scaled(quoted, arrow), arrow)
    if kind in _NATIVE:
        return _Column(name, sql_type, quoted, _NATIVE[kind])
    return _Column(name, sql_type, f"{quoted}::text AS {quoted}", pa.string())


def _scaled(quoted: str, arrow: pa.Decimal128Type) -> str:
    if arrow.precision > _LARGEST_SCALED:
        return quoted
    scaled = f"({quoted} * {10**arrow.scale})::int8"
    return f"CASE WHEN {quoted} = 'NaN' THEN {_NOT_A_NUMBER} ELSE {scaled} END AS {quoted}"


def _as_type(array: pa.Array, wanted: pa.DataType) -> pa.Array:
    """Values as the column's type. Raises ArrowInvalid."""
    if array.type == wanted:
        return array
    plain = array.storage if isinstance(array, pa.ExtensionArray) else array
    if not (pa.types.is_decimal(wanted) and pa.types.is_int64(plain.type)):
        return plain if plain.type == wanted else plain.cast(wanted)
    digits = plain.cast(pa.decimal128(19)).cast(pa.decimal128(wanted.precision))
    return digits.view(wanted)


def _uri(url: str, secret: Secret) -> str:
    """The URI for libpq (PostgreSQL, 34.1.1.2), with the credentials in it."""
    split = urlsplit(url)
    user, password = secret.get("user"), secret.get("password")
    authority = split.netloc
    if user is not None:
        proof = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
        authority = f"{proof}@{authority}"
    options = {"connect_timeout": _CONNECT_S, "application_name": "millrace"}
    query = urlencode(options | dict(parse_qsl(split.query)), quote_via=quote)
    return f"postgresql://{authority}{split.path}?{query}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    """A constant in which no character means anything (PostgreSQL, 4.1.2.2)."""
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return f"E'{escaped}'"
