"""Extractions in the PostgreSQL database of the run state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Any

from millrace_contracts.state.extraction_records import LIVE, Extraction, Watermark
from millrace_contracts.state.postgres import file_insertion
from millrace_contracts.state.postgres_connection import Cursor, PostgresConnection
from millrace_contracts.state.records import FileRecord, FileStatus

_NAMES = tuple(field.name for field in fields(Extraction))
_COLUMNS = ", ".join(_NAMES)
_BOUND = ", ".join(["%s"] * len(_NAMES))
_SETS = ", ".join(f"{name} = %s" for name in _NAMES)
_UNDER_WAY = "dataset = %s AND scope = %s AND ended_at IS NULL"
_HELD = f"{_UNDER_WAY} AND extraction_id = %s AND claimed_by = %s AND segments = %s"


class _NotHeld(Exception):
    """A condition does not hold: what the transaction has written is undone."""


class PostgresExtractionState:
    """ExtractionState in the tables of a PostgresRunState."""

    def __init__(self, connection: PostgresConnection) -> None:
        self._db = connection

    def watermark(self, dataset: str) -> Watermark | None:
        found = self._db.rows(
            "SELECT dataset, value, moved_at, moved_by FROM millrace_watermarks WHERE dataset = %s",
            dataset,
        )
        return Watermark(**found[0]) if found else None

    def set_watermark(self, watermark: Watermark) -> None:
        with self._db.transaction() as cursor:
            _give_up(cursor, watermark.dataset)
            _move(cursor, watermark)

    def reset_watermark(self, dataset: str) -> None:
        with self._db.transaction() as cursor:
            _give_up(cursor, dataset)
            cursor.execute("DELETE FROM millrace_watermarks WHERE dataset = %s", [dataset])

    def begin_extraction(self, extraction: Extraction) -> bool:
        try:
            with self._db.transaction() as cursor:
                _take_turn(cursor, extraction.dataset)
                if extraction.scope == LIVE:
                    cursor.execute(
                        "SELECT value FROM millrace_watermarks WHERE dataset = %s",
                        [extraction.dataset],
                    )
                    row = cursor.fetchone()
                    if (row["value"] if row else "") != extraction.since:
                        raise _NotHeld
                _require(
                    cursor,
                    f"INSERT INTO millrace_extractions ({_COLUMNS}) VALUES ({_BOUND})"
                    " ON CONFLICT DO NOTHING",
                    _values(extraction),
                )
        except _NotHeld:
            return False
        return True

    def extraction(self, dataset: str, scope: str) -> Extraction | None:
        found = self._find(_UNDER_WAY, dataset, scope)
        return found[0] if found else None

    def claim_extraction(self, extraction: Extraction, now: datetime) -> bool:
        return self._db.changes(
            "UPDATE millrace_extractions SET claimed_by = %s, lease_until = %s"
            f" WHERE {_UNDER_WAY} AND extraction_id = %s"
            " AND (claimed_by = %s OR lease_until <= %s)",
            *(extraction.claimed_by, extraction.lease_until),
            *(extraction.dataset, extraction.scope, extraction.extraction_id),
            *(extraction.claimed_by, now),
        )

    def land_segment(self, landed: FileRecord, advanced: Extraction) -> bool:
        file = replace(landed, status=FileStatus.LANDED)
        try:
            with self._db.transaction() as cursor:
                _require(cursor, *file_insertion(file))
                cursor.execute(
                    "INSERT INTO millrace_batches VALUES (%s, %s) ON CONFLICT DO NOTHING",
                    [landed.dataset, landed.batch_id],
                )
                _replace(cursor, advanced, advanced.segments - 1)
        except _NotHeld:
            return False
        return True

    def end_extraction(self, ended: Extraction) -> bool:
        if ended.ended_at is None:
            return False
        try:
            with self._db.transaction() as cursor:
                _replace(cursor, ended, ended.segments)
                if ended.scope == LIVE and ended.high:
                    _move(
                        cursor,
                        Watermark(ended.dataset, ended.high, ended.ended_at, ended.claimed_by),
                    )
        except _NotHeld:
            return False
        return True

    def ended_extraction(self, dataset: str, scope: str, run_id: str) -> Extraction | None:
        condition = "dataset = %s AND scope = %s AND run_id = %s AND ended_at IS NOT NULL"
        found = self._find(condition, dataset, scope, run_id)
        return found[0] if found else None

    def extractions(self, dataset: str) -> Sequence[Extraction]:
        return self._find("dataset = %s", dataset)

    def _find(self, condition: str, *values: str) -> Sequence[Extraction]:
        found = self._db.rows(
            f"SELECT {_COLUMNS} FROM millrace_extractions WHERE {condition} ORDER BY began_at",
            *values,
        )
        return [Extraction(**row) for row in found]


def _take_turn(cursor: Cursor, dataset: str) -> None:
    """Let whoever begins an extraction and whoever moves the watermark go one after the other."""
    cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"millrace/{dataset}"])


def _give_up(cursor: Cursor, dataset: str) -> None:
    _take_turn(cursor, dataset)
    cursor.execute(
        f"DELETE FROM millrace_extractions WHERE {_UNDER_WAY}",
        [dataset, LIVE],
    )


def _move(cursor: Cursor, watermark: Watermark) -> None:
    cursor.execute(
        "INSERT INTO millrace_watermarks (dataset, value, moved_at, moved_by)"
        " VALUES (%s, %s, %s, %s) ON CONFLICT (dataset) DO UPDATE SET value = excluded.value,"
        " moved_at = excluded.moved_at, moved_by = excluded.moved_by",
        [watermark.dataset, watermark.value, watermark.moved_at, watermark.moved_by],
    )


def _replace(cursor: Cursor, extraction: Extraction, segments: int) -> None:
    """Write an extraction that is held and has landed so many segments."""
    held = (extraction.dataset, extraction.scope, extraction.extraction_id)
    _require(
        cursor,
        f"UPDATE millrace_extractions SET {_SETS} WHERE {_HELD}",
        (*_values(extraction), *held, extraction.claimed_by, segments),
    )


def _require(cursor: Cursor, sql: str, values: Sequence[Any]) -> None:
    cursor.execute(sql, values)
    if cursor.rowcount == 0:
        raise _NotHeld


def _values(extraction: Extraction) -> tuple[Any, ...]:
    values: Mapping[str, Any] = asdict(extraction)
    return tuple(values[name] for name in _NAMES)
