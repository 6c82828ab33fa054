"""Parquet: columns by name, declared types checked against each file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from millrace_localcloud.athena.catalog import Column
from millrace_localcloud.athena.errors import QueryFailed
from millrace_localcloud.athena.lake import DataFile
from millrace_localcloud.athena.translation import quoted
from millrace_localcloud.athena.types import Type, storage

_WHOLE = {"tinyint": 32, "smallint": 32, "integer": 32, "bigint": 64}


def open_parquet(
    name: str,
    scan: Any,
    wanted: Sequence[Column | None],
    parts: Sequence[Any],
    connection: Any,
    spend: Callable[[int], None],
) -> None:
    """Make the relation ``name``; it scans the compressed bytes of the wanted columns."""
    present: set[str] = set()
    for part in parts:
        for file in part.files:
            found, size = _inspect(file, wanted)
            present |= found
            spend(size)
    columns = [
        f"CAST({_quoted(column.name)} AS {storage(column.kind)}) AS c{index}"
        if column is not None and column.name in present
        else f"CAST(NULL AS {storage(scan.data_columns[index].kind)}) AS c{index}"
        for index, column in enumerate(wanted)
    ]
    paths = ", ".join(quoted(str(file.path)) for part in parts for file in part.files)
    files = (
        f"read_parquet([{paths}], union_by_name = true, hive_partitioning = "
        "false, filename = 'file of row')"
    )
    source = f"{files} AS f"
    if scan.partition_columns:
        source += (
            f' JOIN {_partitions(name, scan, parts, connection)} AS p ON f."file of row" = p.file'
        )
        columns += [f"p.c{len(wanted) + index}" for index in range(len(scan.partition_columns))]
    connection.execute(f"CREATE TEMP VIEW {name} AS SELECT {', '.join(columns)} FROM {source}")


def _partitions(name: str, scan: Any, parts: Sequence[Any], connection: Any) -> str:
    rows = ", ".join(
        "(" + ", ".join([quoted(str(file.path)), *values]) + ")"
        for part in parts
        for values in [[scan.partition_value(v, i) for i, v in enumerate(part.values)]]
        for file in part.files
    )
    first = len(scan.data_columns)
    names = ", ".join(f"c{first + index}" for index in range(len(scan.partition_columns)))
    connection.execute(
        f"CREATE TEMP TABLE {name}_parts AS SELECT * FROM (VALUES {rows}) AS v(file, {names})"
    )
    return f"{name}_parts"


def _inspect(file: DataFile, wanted: Sequence[Column | None]) -> tuple[set[str], int]:
    import pyarrow
    import pyarrow.parquet

    try:
        opened = pyarrow.parquet.ParquetFile(file.path)
    except (pyarrow.ArrowInvalid, OSError) as error:
        raise QueryFailed("HIVE_BAD_DATA", f"Not valid Parquet file: {file.key}") from error
    with opened:
        schema = opened.schema_arrow
        types = {field.name.lower(): field.type for field in schema}
        present = {column.name for column in wanted if column and column.name in types}
        for column in wanted:
            if column and column.name in types and not _reads(column.kind, types[column.name]):
                text = (
                    f"Field {column.name}'s type {_shown(types[column.name])} in parquet file "
                    f"{file.key} is incompatible with type {column.kind} defined in table schema"
                )
                raise QueryFailed("HIVE_BAD_DATA", text)
        return present, _compressed(opened.metadata, present)


def _compressed(metadata: Any, names: set[str]) -> int:
    total = 0
    for group in range(metadata.num_row_groups):
        row_group = metadata.row_group(group)
        for index in range(row_group.num_columns):
            chunk = row_group.column(index)
            if chunk.path_in_schema.split(".")[0].lower() in names:
                total += chunk.total_compressed_size
    return total


def _reads(kind: Type, found: Any) -> bool:
    from pyarrow import types as arrow

    base = kind.base
    if base in _WHOLE:
        return arrow.is_signed_integer(found) and found.bit_width <= _WHOLE[base]
    if base == "array":
        return arrow.is_list(found) and _reads(kind.element, found.value_type)
    if base == "map":
        return (
            arrow.is_map(found)
            and _reads(kind.args[0], found.key_type)
            and _reads(kind.args[1], found.item_type)
        )
    if base == "row":
        known = (
            {field.name.lower(): field.type for field in found} if arrow.is_struct(found) else {}
        )
        return bool(known) and all(
            str(name).lower() not in known or _reads(field, known[str(name).lower()])
            for name, field in kind.args
        )
    tests = {
        "varchar": lambda one: arrow.is_string(one) or arrow.is_large_string(one),
        "varbinary": arrow.is_binary,
        "boolean": arrow.is_boolean,
        "real": arrow.is_float32,
        "double": arrow.is_floating,
        "decimal": arrow.is_decimal,
        "date": arrow.is_date32,
        "timestamp": arrow.is_timestamp,
    }
    return base in tests and bool(tests[base](found))


def _shown(found: Any) -> str:
    names = {"string": "BINARY", "binary": "BINARY", "bool": "BOOLEAN", "int64": "INT64"}
    return names.get(str(found), str(found).upper())


def _quoted(name: str) -> str:
    return 'f."' + name.replace('"', '""') + '"'
