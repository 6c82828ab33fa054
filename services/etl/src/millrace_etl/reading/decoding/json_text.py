"""JSON: an array of objects in one document, or an object on each line."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import IO, cast

import ijson

from millrace_contracts.dataset import JsonArrayFormat
from millrace_etl.reading.decoding.record import FileRefused, Record, Wanted
from millrace_etl.reading.decoding.unpacking import buffered

_BOM = b"\xef\xbb\xbf"
_NO_OBJECT = "row: one JSON object: something else"


def read_array(stream: IO[bytes], declared: JsonArrayFormat, wanted: Wanted) -> Iterator[Record]:
    """Elements of the array, one at a time, however long the document is."""
    around = declared.path or ""
    found = False

    def watched() -> Iterator[tuple[str, str, object]]:
        nonlocal found
        for place, event, value in ijson.parse(_without_bom(stream)):
            found = found or (place == around and event == "start_array")
            yield place, event, value

    number = 0
    prefix = f"{around}.item" if around else "item"
    try:
        for number, element in enumerate(ijson.items(watched(), prefix), start=1):
            yield _record(number, element, wanted)
    except (ijson.JSONError, UnicodeDecodeError) as exc:
        raise FileRefused(f"after record {number}: {exc}") from exc
    if not found:
        raise FileRefused(f"the file has no array at {around or 'its top'}")


def read_lines(stream: IO[bytes], wanted: Wanted) -> Iterator[Record]:
    """An object on each line."""
    lines = io.TextIOWrapper(buffered(stream), "utf-8-sig", errors="replace", newline="\n")
    for number, line in enumerate(lines, start=1):
        text = line.rstrip("\r\n")
        if not text.strip():
            continue
        try:
            value = json.loads(text, parse_float=str, parse_int=str)
        except ValueError:
            value = None
        if isinstance(value, dict):
            yield wanted.of_object(number, {k: _text(v) for k, v in value.items()}, text)
        else:
            yield Record(number, {}, text, _NO_OBJECT)


def _record(number: int, element: object, wanted: Wanted) -> Record:
    raw = _written(element)
    if not isinstance(element, Mapping):
        return Record(number, {}, raw, _NO_OBJECT)
    return wanted.of_object(number, {key: _text(value) for key, value in element.items()}, raw)


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return str(value) if isinstance(value, Decimal) else _written(value)


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_number)


def _number(value: object) -> object:
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} is no JSON")
    return int(value) if value == value.to_integral_value() else float(value)


def _without_bom(stream: IO[bytes]) -> IO[bytes]:
    reader = cast(io.BufferedReader, io.BufferedReader(buffered(stream)))
    if reader.peek(len(_BOM)).startswith(_BOM):
        reader.read(len(_BOM))
    return reader
