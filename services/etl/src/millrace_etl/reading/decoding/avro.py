"""Avro object container files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import IO, Any

import fastavro

from millrace_etl.reading.decoding.record import FileRefused, Record, Wanted


def read_avro(stream: IO[bytes], wanted: Wanted) -> Iterator[Record]:
    """Records of the file, block by block."""
    number = 0
    try:
        reader = fastavro.reader(stream)
        schema = reader.writer_schema
        if not isinstance(schema, dict) or schema.get("type") != "record":
            raise FileRefused("the file's schema is no record")
        names = {field["name"]: field["name"].lower() for field in schema["fields"]}
        wanted.check_header(list(names.values()))
        for number, values in enumerate(reader, start=1):
            texts = {names[name]: _text(value) for name, value in _members(values)}
            raw = json.dumps(texts, ensure_ascii=False, separators=(",", ":"))
            yield Record(number, texts, raw)
    except (ValueError, EOFError, IndexError, KeyError, TypeError) as exc:
        raise FileRefused(f"after record {number}: no Avro: {type(exc).__name__}: {exc}") from exc


def _members(values: Any) -> Iterator[tuple[str, object]]:
    yield from values.items()


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        # A local timestamp has no zone: it is taken as UTC, as in every other format.
        moment = value.astimezone(UTC) if value.tzinfo else value
        return moment.replace(tzinfo=None).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_text)
    return str(value)
