"""The result file of a query, from which GetQueryResults reads its pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from millrace_localcloud.athena.execution import Execution
from millrace_localcloud.athena.lake import Lake
from millrace_localcloud.athena.results import to_csv
from millrace_localcloud.athena.session import Outcome

Row = Sequence[str | None]


def write_results(execution: Execution, outcome: Outcome, lake: Lake) -> None:
    """Write ``<id>.csv`` for rows of a SELECT, ``<id>.txt`` for all else.

    Athena user guide, "Working with query results, recent queries, and output files": CSV for
    DML, text for DDL and utility statements.
    """
    execution.statement_type = outcome.statement_type
    execution.substatement_type = outcome.substatement_type
    execution.columns = [column.described() for column in outcome.columns]
    execution.has_header = outcome.has_header
    execution.manifest = outcome.manifest
    execution.update_count = outcome.update_count
    names = [column.name for column in outcome.columns]
    if outcome.output:
        execution.output_location = outcome.output
    elif outcome.has_header:
        execution.output_location += ".csv"
        lake.write(execution.output_location, to_csv(names, outcome.rows))
    else:
        execution.output_location += ".txt"
        lines = ("\t".join(cell or "" for cell in row) for row in outcome.rows)
        lake.write(execution.output_location, "".join(f"{line}\n" for line in lines).encode())


def read_page(path: Path, start: int, most: int) -> tuple[list[Row], int | None]:
    """Rows of a result file from byte ``start``, and where the next page starts.

    Args:
        path: The file.
        start: 0, or what this function answered last.
        most: Rows of a page.
    """
    read = _csv_rows if path.suffix == ".csv" else _lines
    rows: list[Row] = []
    with path.open("rb") as file:
        file.seek(start)
        for row, size in read(file):
            if len(rows) == most:
                return rows, start
            rows.append(row)
            start += size
    return rows, None


_CELL = re.compile(rb'"((?:[^"]|"")*)"|')


def _csv_rows(file: Iterator[bytes]) -> Iterator[tuple[Row, int]]:
    record = b""
    for line in file:
        record += line
        if record.count(b'"') % 2:  # a line break inside a value
            continue
        yield _cells(record), len(record)
        record = b""


def _cells(record: bytes) -> Row:
    cells: list[str | None] = []
    offset = 0
    while offset < len(record):
        found = _CELL.match(record, offset)
        assert found is not None
        quoted = found[1]
        cells.append(None if quoted is None else quoted.replace(b'""', b'"').decode())
        offset = found.end() + 1
    return cells


def _lines(file: Iterator[bytes]) -> Iterator[tuple[Row, int]]:
    for line in file:
        yield [line.decode().removesuffix("\n")], len(line)
