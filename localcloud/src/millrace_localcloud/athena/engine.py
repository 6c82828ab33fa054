"""DuckDB, shut off from everything but the lake, and its errors in Trino's words."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from millrace_localcloud.athena.errors import SYSTEM, QueryFailed
from millrace_localcloud.athena.functions.failures import FunctionFailed
from millrace_localcloud.athena.translation import PythonSignature, quoted

_MEANT = re.compile(r"\[([A-Z][A-Z_]+)\] (.*?)(?:' to (?:BOOL|INT32)|\. Detail:|$)", re.DOTALL)
_KNOWN = (
    ("Division by zero", "DIVISION_BY_ZERO", "Division by zero"),
    (
        "More than one row returned",
        "SUBQUERY_MULTIPLE_ROWS",
        "Scalar sub-query has returned multiple rows",
    ),
    ("Overflow in", "NUMERIC_VALUE_OUT_OF_RANGE", None),
    ("Overflow on", "NUMERIC_VALUE_OUT_OF_RANGE", None),
    ("field value out of range", "INVALID_CAST_ARGUMENT", None),
    ("Casting value", "INVALID_CAST_ARGUMENT", None),
    ("Type DOUBLE with value", "INVALID_CAST_ARGUMENT", None),
    ("out of range", "NUMERIC_VALUE_OUT_OF_RANGE", None),
    ("Map keys must be unique", "INVALID_FUNCTION_ARGUMENT", "Duplicate map keys are not allowed"),
    ("Map keys can not be NULL", "INVALID_FUNCTION_ARGUMENT", "map key cannot be null"),
    (
        "map key list does not align",
        "INVALID_FUNCTION_ARGUMENT",
        "Key and value arrays must be the same length",
    ),
    ("Invalid input for hex digit", "INVALID_FUNCTION_ARGUMENT", None),
    ("must appear in the GROUP BY clause", "EXPRESSION_NOT_AGGREGATE", None),
    ("cannot contain aggregate", "EXPRESSION_NOT_SCALAR", None),
    ("aggregate function calls cannot be nested", "NESTED_AGGREGATION", None),
    ("WHERE clause cannot contain", "EXPRESSION_NOT_SCALAR", None),
)


@contextmanager
def opened(lake: Path, work: Path) -> Iterator[Any]:
    """A database of its own for one query, which can read files of the lake only."""
    import duckdb

    config = {
        "threads": 2,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "temp_directory": str(work / "athena"),
    }
    connection = duckdb.connect(":memory:", config=config)
    try:
        for setting in (
            "TimeZone = 'UTC'",
            "ieee_floating_point_ops = true",
            f"allowed_directories = [{quoted(str(lake))}]",
            "enable_external_access = false",
            "lock_configuration = true",
        ):
            connection.execute(f"SET {setting}")
        yield connection
    finally:
        connection.close()


def add_functions(connection: Any, functions: dict[PythonSignature, str]) -> None:
    """Let the connection call the Python functions of a translation."""
    for signature, name in functions.items():
        connection.create_function(
            name,
            _of_values(signature),
            list(signature.parameters),
            signature.result,
            null_handling="special",
            side_effects=False,
        )


def _of_values(signature: PythonSignature) -> Callable[..., Any]:
    """The function with NULL for NULL: DuckDB's own handling forbids to answer NULL."""
    makes_doubles = "DOUBLE" in signature.result or "FLOAT" in signature.result

    def call(*values: Any) -> Any:
        if None in values and not signature.sees_nulls:
            return None
        found = signature.function(*values)
        if makes_doubles and _holds_nan(found):
            # DuckDB takes a NaN that Python answers for NULL.
            text = f"a NaN as the answer of {signature.function.__name__}"
            raise FunctionFailed("NOT_SUPPORTED", f"the local cloud does not support {text}")
        return found

    call.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(f"value{index}", inspect.Parameter.POSITIONAL_ONLY)
            for index in range(len(signature.parameters))
        ]
    )
    return call


def _holds_nan(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_nan, value.values())) or any(map(_holds_nan, value))
    if isinstance(value, list | tuple):
        return any(map(_holds_nan, value))
    return isinstance(value, float) and value != value


@contextmanager
def trino_errors() -> Iterator[None]:
    """Turn errors of DuckDB, and of functions of constants, into the query's."""
    import duckdb

    try:
        yield
    except (duckdb.Error, FunctionFailed) as error:
        raise _translated(error) from error


def _translated(error: Exception) -> QueryFailed:
    text = str(error)
    meant = _MEANT.search(text)
    if meant:
        return QueryFailed(meant[1], meant[2].strip())
    first = text.split("\n")[0]
    for phrase, code, words in _KNOWN:
        if phrase in text:
            return QueryFailed(code, words or first)
    if first.startswith("Conversion Error"):
        return QueryFailed("INVALID_CAST_ARGUMENT", first.removeprefix("Conversion Error: "))
    return QueryFailed("GENERIC_INTERNAL_ERROR", first, category=SYSTEM)
