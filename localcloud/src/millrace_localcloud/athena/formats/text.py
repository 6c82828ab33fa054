"""Text formats: lines read here, typed by DuckDB as the SerDe would."""

from __future__ import annotations

import bz2
import csv
import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from millrace_localcloud.athena.catalog import Column, Storage
from millrace_localcloud.athena.errors import QueryFailed, not_supported
from millrace_localcloud.athena.formats.fields import json_text, typed_field
from millrace_localcloud.athena.functions.failures import FunctionFailed
from millrace_localcloud.athena.lake import DataFile
from millrace_localcloud.athena.types import storage

_BATCH_ROWS = 50_000
Row = Sequence[str | None]


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
    rows_of = _ROWS[format_name]
    columns = [
        typed_field(f"f{index}", column.kind, format_name) + f" AS c{index}"
        if column is not None
        else f"CAST(NULL AS {storage(scan.data_columns[index].kind)}) AS c{index}"
        for index, column in enumerate(wanted)
    ]
    schema = pyarrow.schema(
        [("part", pyarrow.int32()), *((f"f{i}", pyarrow.string()) for i in range(len(wanted)))]
    )

    def batches() -> Iterator[Any]:
        try:
            yield from read()
        except QueryFailed as error:
            # DuckDB reports the text of an exception of the stream, not the exception.
            code, _, text = str(error).partition(": ")
            raise FunctionFailed(code, text) from error

    def read() -> Iterator[Any]:
        for number, part in enumerate(parts):
            for file in part.files:
                rows = rows_of(file, part.storage, wanted)
                while block := list(islice(rows, _BATCH_ROWS)):
                    yield _batch(block, number, wanted, schema)

    reader = pyarrow.RecordBatchReader.from_batches(schema, batches())
    connection.register(f"{name}_rows", reader)
    columns += [
        f"{_part_value(scan, parts, index)} AS c{len(wanted) + index}"
        for index in range(len(scan.partition_columns))
    ]
    listed = ", ".join(columns)
    connection.execute(f"CREATE TEMP TABLE {name} AS SELECT {listed} FROM {name}_rows")
    connection.unregister(f"{name}_rows")


def _part_value(scan: Any, parts: Sequence[Any], index: int) -> str:
    values = [scan.partition_value(part.values[index], index) for part in parts]
    return f"([{', '.join(values)}])[part + 1]"


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


def _lines(file: DataFile, place: Storage) -> Iterator[str]:
    openers: dict[str, Callable[..., Any]] = {"gz": gzip.open, "bz2": bz2.open}
    opener = openers.get(file.key.rpartition(".")[2].lower(), open)
    if file.key.lower().endswith((".zst", ".zip", ".lz4", ".snappy")):
        raise not_supported(f"the compression of {file.key}")
    try:
        with opener(file.path, "rt", encoding="utf-8", errors="replace", newline="\n") as lines:
            for line in islice(lines, place.header_lines, None):
                yield line.removesuffix("\n").removesuffix("\r")
    except (OSError, EOFError) as error:
        raise QueryFailed("HIVE_CURSOR_ERROR", f"Failed to read file at {file.key}") from error


def _delimited(file: DataFile, place: Storage, wanted: Sequence[Column | None]) -> Iterator[Row]:
    parameters = place.serde_parameters
    delimiter = parameters.get("field.delim") or parameters.get("serialization.format") or "\x01"
    delimiter = {"1": "\x01", "\\t": "\t"}.get(delimiter, delimiter)
    null = parameters.get("serialization.null.format", "\\N")
    escape = parameters.get("escape.delim")
    for line in _lines(file, place):
        fields = _split_escaped(line, delimiter, escape) if escape else line.split(delimiter)
        yield [None if field == null else field for field in fields]


def _split_escaped(line: str, delimiter: str, escape: str) -> list[str]:
    fields, current, letters = [], "", iter(line)
    for letter in letters:
        if letter == escape:
            current += next(letters, "")
        elif letter == delimiter:
            fields.append(current)
            current = ""
        else:
            current += letter
    return [*fields, current]


def _open_csv(file: DataFile, place: Storage, wanted: Sequence[Column | None]) -> Iterator[Row]:
    parameters = place.serde_parameters
    rows = csv.reader(
        _lines(file, place),
        delimiter=parameters.get("separatorChar", ","),
        quotechar=parameters.get("quoteChar", '"'),
        escapechar=parameters.get("escapeChar", "\\"),
    )
    return iter(rows)


def _json(file: DataFile, place: Storage, wanted: Sequence[Column | None]) -> Iterator[Row]:
    skip_bad = place.serde_parameters.get("ignore.malformed.json", "false").lower() == "true"
    for line in _lines(file, place):
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
    "delimited": _delimited,
    "opencsv": _open_csv,
    "json": _json,
}
