"""One sheet of an Excel workbook."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import IO, Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from millrace_contracts.dataset import ExcelFormat
from millrace_etl.reading.decoding.record import FileRefused, Record, Wanted
from millrace_etl.reading.decoding.unpacking import seekable


def read_excel(stream: IO[bytes], declared: ExcelFormat, wanted: Wanted) -> Iterator[Record]:
    """Rows of the sheet below its first one, which names the columns.

    Of a formula the value is taken that was there when the workbook was saved.
    """
    with seekable(stream) as file:
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError) as exc:
            raise FileRefused(f"no Excel workbook: {exc}") from exc
        if declared.sheet is not None and declared.sheet not in book.sheetnames:
            there = ", ".join(book.sheetnames)
            raise FileRefused(f"the workbook has no sheet {declared.sheet!r}; it has {there}")
        sheet: Any = book[declared.sheet or book.sheetnames[0]]
        # What a writer notes of a sheet's size may be wrong, and would hide rows.
        sheet.reset_dimensions()
        rows = iter(sheet.iter_rows())
        names = _names(next(rows, ()))
        wanted.check_header(names)
        for number, cells in enumerate(rows, start=2):
            if any(cell.value is not None for cell in cells):
                yield _record(number, cells, names, declared)
        book.close()


def _names(cells: Sequence[Any]) -> list[str]:
    names = [str(cell.value or "").strip().lower() for cell in cells]
    while names and not names[-1]:
        names.pop()
    return names


def _record(
    number: int, cells: Sequence[Any], names: Sequence[str], declared: ExcelFormat
) -> Record:
    values = [_text(cell.value) for cell in cells]
    texts = {
        name: None if value in ("", declared.null_value) else value
        for name, value in zip(names, values, strict=False)
    }
    problem = None
    if any(value is not None for value in values[len(names) :]):
        problem = f"row: {len(names)} values: a value without a column name above it"
    for cell in cells:
        if cell.data_type == "e":
            problem = f"row: values: the error {cell.value} in cell {cell.coordinate}"
    raw = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return Record(number, {name: texts.get(name) for name in names}, raw, problem)


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        # A date's cell is a moment at midnight.
        return (value.date() if value.time() == time() else value).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value)
