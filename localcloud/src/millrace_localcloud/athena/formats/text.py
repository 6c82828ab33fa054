"""Text formats: lines read here, typed by DuckDB as the SerDe would."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from millrace_localcloud.athena.catalog import Column, Storage
from millrace_localcloud.athena.errors import QueryFailed
from millrace_localcloud.athena.formats.delimited import delimited_columns, delimited_rows
from millrace_localcloud.athena.formats.fields import json_text, typed_field
from millrace_localcloud.athena.formats.lines import Row, lines_of
from millrace_localcloud.athena.functions.failures import FunctionFailed
from millrace_localcloud.athena.lake import DataFile
from millrace_localcloud.athena.types import storage

_BATCH_ROWS = 50_000


def open_text(
    name: str,
    scan: Any,
    wanted: Sequence[Column | None],
    parts: Sequence[Any],
    format_name: str,
    connection: Any,
    spend: Callable[[int], None],
) -> None:
    """Load the wanted columns into the relation ``name``; it scans the whole files."""
    import pyarrow

    spend(sum(file.size for part in parts for file in part.files))
    columns = [
        typed_field(f"f{index}", column.kind, format_name) + f" AS c{index}"
        if column is not None
        else f"CAST(NULL AS {storage(scan.data_columns[index].kind)}) AS c{index}"
        for index, column in enumerate(wanted)
    ]
    schema = pyarrow.schema(
        [("part", pyarrow.int32()), *((f"f{i}", pyarrow.string()) for i in range(len(wanted)))]
    )

    batches = _batches(parts, wanted, format_name, schema)
    reader = pyarrow.RecordBatchReader.from_batches(schema, batches)
    connection.register(f"{name}_rows", reader)
    columns += [
        f"{_part_value(scan, parts, index)} AS c{len(wanted) + index}"
        for index in range(len(scan.partition_columns))
    ]
    listed = ", ".join(columns)
    connection.execute(f"CREATE TEMP TABLE {name} AS SELECT {listed} FROM {name}_rows")
    connection.unregister(f"{name}_rows")


def _batches(
    parts: Sequence[Any], wanted: Sequence[Column | None], format_name: str, schema: Any
) -> Iterator[Any]:
    try:
        for number, part in enumerate(parts):
            for file in part.files:
                yield from _file_batches(file, part.storage, number, wanted, format_name, schema)
    except QueryFailed as error:
        # DuckDB reports the text of an exception of the stream, not the exception.
        code, _, text = str(error).partition(": ")
        raise FunctionFailed(code, text) from error


def _file_batches(
    file: DataFile,
    place: Storage,
    part: int,
    wanted: Sequence[Column | None],
    format_name: str,
    schema: Any,
) -> Iterator[Any]:
    columns = delimited_columns(file, place, wanted) if format_name == "delimited" else None
    if columns is not None:
        yield _batch_of(columns, part, schema)
        return
    rows = _ROWS[format_name](file, place, wanted)
    while block := list(islice(rows, _BATCH_ROWS)):
        yield _batch(block, part, wanted, schema)


def _part_value(scan: Any, parts: Sequence[Any], index: int) -> str:
    values = [scan.partition_value(part.values[index], index) for part in parts]
    return f"([{', '.join(values)}])[part + 1]"


def _batch_of(columns: Any, part: int, schema: Any) -> Any:
    import pyarrow

    parts = pyarrow.repeat(pyarrow.scalar(part, pyarrow.int32()), len(columns[0]))
    return pyarrow.record_batch([parts, *columns], schema=schema)


def _batch(block: list[Row], part: int, wanted: Sequence[Column | None], schema: Any) -> Any:
    import pyarrow

    arrays = [pyarrow.array([part] * len(block), pyarrow.int32())]
    for index, column in enumerate(wanted):
        if column is None:
            arrays.append(pyarrow.nulls(len(block), pyarrow.string()))
            continue
        cells = [row[index] if index < len(row) else None for row in block]
        arrays.append(pyarrow.array(cells, pyarrow.string()))
    return pyarrow.record_batch(arrays, schema=schema)


def _open_csv(file: DataFile, place: Storage, wanted: Sequence[Column | None]) -> Iterator[Row]:
    parameters = place.serde_parameters
    rows = csv.reader(
        lines_of(file, place),
        delimiter=parameters.get("separatorChar", ","),
        quotechar=parameters.get("quoteChar", '"'),
        escapechar=parameters.get("escapeChar", "\\"),
    )
    return iter(rows)


def _json(file: DataFile, place: Storage, wanted: Sequence[Column | None]) -> Iterator[Row]:
    skip_bad = place.serde_parameters.get("ignore.malformed.json", "false").lower() == "true"
    for line in lines_of(file, place):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            if not isinstance(record, dict):
                raise ValueError
        except ValueError as error:
            if skip_bad:
                yield [None] * len(wanted)
                continue
            text = f"Row is not a valid JSON Object - {file.key}"
            raise QueryFailed("HIVE_CURSOR_ERROR", text) from error
        folded = {name.lower(): value for name, value in record.items()}
        yield [
            None if column is None else json_text(folded.get(column.name), column.kind)
            for column in wanted
        ]


_ROWS: dict[str, Callable[[DataFile, Storage, Sequence[Column | None]], Iterator[Row]]] = {
    "delimited": delimited_rows,
    "opencsv": _open_csv,
    "json": _json,
}
