"""SqlTable on any database that SQLAlchemy speaks, by cursors that the server keeps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, NoSuchTableError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from millrace_contracts.dataset import SqlSource
from millrace_ingest.adapters.sql.errors import error_of
from millrace_ingest.adapters.sql.sqlalchemy_types import arrow_type, python_type, read_as
from millrace_ingest.adapters.sql.tables import Span, value_of
from millrace_ingest.errors import SourceMalformed, SourceMissing, WindowRefused
from millrace_ingest.secret import Secret
from millrace_ingest.versions import public_url

_BATCH_ROWS = 250
_DRIVERS = {"mysql": "mysql+pymysql", "mariadb": "mariadb+pymysql"}


class SqlAlchemyTable:
    """One table, in one transaction."""

    def __init__(self, spec: SqlSource, secret: Secret, mount: str) -> None:
        self.place = f"{public_url(spec.url)}/{spec.table}"
        self._hidden = tuple(filter(None, (secret.get("user"), secret.get("password"))))
        url = self._url(spec, secret, mount)
        try:
            engine = sa.create_engine(url, poolclass=NullPool)
        except (NoSuchModuleError, ImportError) as exc:
            raise SourceMalformed(f"{self.place}: {exc}") from exc
        with self._errors():
            self._connection = engine.connect()
        try:
            with self._errors():
                self._begin(engine.dialect)
                self._table = self._reflected(spec)
        except BaseException:
            self.close()
            raise
        self.schema = pa.schema(
            [(column.name, arrow_type(column.type)) for column in self._table.columns]
        )

    def close(self) -> None:
        """End the transaction and the connection."""
        self._connection.close()

    def highest(self, column: str) -> str:
        ordered = self._column(column)
        if isinstance(ordered.type, sa.types.LargeBinary):
            return ""
        with self._errors():
            found = self._connection.scalar(sa.select(sa.func.max(ordered)))
        return "" if found is None else _text_of(found)

    def has_null(self, columns: tuple[str, ...]) -> bool:
        missing = sa.or_(*(self._column(name).is_(None) for name in columns))
        query = sa.select(sa.literal(1)).select_from(self._table).where(missing).limit(1)
        with self._errors():
            return self._connection.scalar(query) is not None

    def batches(self, span: Span) -> Iterator[pa.RecordBatch]:
        order = [self._column(name) for name in span.order]
        query = sa.select(self._table).where(*self._conditions(span)).order_by(*order)
        streamed = {"stream_results": True, "yield_per": _BATCH_ROWS}
        with self._errors(), self._connection.execute(query, execution_options=streamed) as result:
            for rows in result.partitions(_BATCH_ROWS):
                yield self._batch(rows)

    def _url(self, spec: SqlSource, secret: Secret, mount: str) -> sa.URL:
        url = sa.make_url(spec.url.replace("{mount}", mount))
        if url.get_backend_name() == "sqlite":
            path = Path(url.database or "")
            if not path.is_file():
                raise SourceMissing(f"{self.place}: there is no such file")
            # Read only: a missing file is not created, and no journal is written.
            return url.set(database=path.absolute().as_uri()).update_query_dict(
                {"mode": "ro", "uri": "true"}
            )
        url = url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))
        user, password = secret.get("user"), secret.get("password")
        return url.set(username=user, password=password) if user is not None else url

    def _begin(self, dialect: sa.Dialect) -> None:
        """Begin a transaction that sees one state of the database, as far as it offers that."""
        if dialect.name == "sqlite":
            self._connection.exec_driver_sql("BEGIN")
            return
        driver: Any = self._connection.connection.dbapi_connection
        levels = dialect.get_isolation_level_values(driver)
        level = next((name for name in ("REPEATABLE READ", "SERIALIZABLE") if name in levels), None)
        if level is not None:
            self._connection.execution_options(isolation_level=level)
        if dialect.name in ("mysql", "mariadb"):
            # A TIMESTAMP is shown in the session's zone.
            self._connection.exec_driver_sql("SET time_zone = '+00:00'")
            self._connection.exec_driver_sql("START TRANSACTION WITH CONSISTENT SNAPSHOT")

    def _reflected(self, spec: SqlSource) -> sa.Table:
        *schema, name = spec.table.split(".")
        try:
            table = sa.Table(
                name,
                sa.MetaData(),
                schema=schema[0] if schema else None,
                autoload_with=self._connection,
                resolve_fks=False,
            )
        except NoSuchTableError as exc:
            raise SourceMissing(f"{self.place}: there is no such table") from exc
        missing = sorted(set(spec.columns) - set(table.columns.keys()))
        if missing:
            raise SourceMissing(f"{self.place}: there are no columns {missing}")
        wanted = spec.columns or tuple(table.columns.keys())
        is_sqlite = self._connection.dialect.name == "sqlite"
        columns = [
            sa.Column(name, read_as(table.columns[name].type, is_sqlite=is_sqlite))
            for name in wanted
        ]
        return sa.Table(name, sa.MetaData(), *columns, schema=table.schema)

    def _column(self, name: str) -> sa.Column[Any]:
        if name not in self._table.columns:
            raise SourceMissing(f"{self.place}: there is no column {name!r}")
        return self._table.columns[name]

    def _conditions(self, span: Span) -> list[sa.ColumnElement[bool]]:
        conditions: list[sa.ColumnElement[bool]] = []
        if span.since:
            column, bound = self._column(span.column), self._value(span.column, span.since)
            if span.is_live and span.overlap:
                bound = self._lowered(bound, span)
            conditions.append(column > bound if span.is_live else column >= bound)
        if span.until:
            column, bound = self._column(span.bounded), self._value(span.bounded, span.until)
            conditions.append(column <= bound if span.is_live else column < bound)
        if span.after:
            conditions.append(self._after(span))
        return conditions

    def _lowered(self, bound: Any, span: Span) -> Any:
        if isinstance(bound, str):
            raise SourceMalformed(
                f"{self.place}: an overlap needs a column of timestamps or numbers, "
                f"which {span.column} is not"
            )
        is_moment = isinstance(bound, dt.date)
        return bound - (dt.timedelta(seconds=span.overlap) if is_moment else span.overlap)

    def _after(self, span: Span) -> sa.ColumnElement[bool]:
        """Row values spelled out, since not every database compares rows."""
        columns = [self._column(name) for name in span.order]
        values = list(map(self._value, span.order, span.after))
        steps = []
        for place, (column, value) in enumerate(zip(columns, values, strict=True)):
            before = zip(columns[:place], values[:place], strict=True)
            steps.append(sa.and_(*(one == other for one, other in before), column > value))
        return sa.or_(*steps)

    def _value(self, name: str, text: str) -> Any:
        column = self._column(name)
        try:
            return value_of(text, python_type(column.type))
        except (ValueError, ArithmeticError):
            raise WindowRefused(f"{self.place}: {text!r} is no {column.type}") from None

    def _batch(self, rows: Any) -> pa.RecordBatch:
        arrays = []
        for column, field in zip(zip(*rows, strict=True), self.schema, strict=True):
            values: Sequence[Any] = column
            if pa.types.is_string(field.type):
                values = [None if one is None else _text_of(one) for one in column]
            try:
                arrays.append(pa.array(values, field.type))
            except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError) as exc:
                raise SourceMalformed(f"{self.place}: column {field.name}: {exc}") from exc
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as exc:
            state = getattr(exc.orig, "sqlstate", "") or ""
            if not state and not exc.connection_invalidated and not _may_pass(exc):
                state = "42000"
            raise error_of(self.place, exc.orig or exc, state, self._hidden) from None
        except (SQLAlchemyError, ValueError, TypeError) as exc:
            raise SourceMalformed(f"{self.place}: {type(exc).__name__}: {exc}") from None


def _may_pass(exc: DBAPIError) -> bool:
    return type(exc).__name__ in ("OperationalError", "InterfaceError", "InternalError")


def _text_of(value: object) -> str:
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return repr(value) if isinstance(value, float) else str(value)
