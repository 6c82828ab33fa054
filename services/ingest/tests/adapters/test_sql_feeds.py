"""Rows of real databases' tables: which are read, in which order, and where a call goes on."""

from __future__ import annotations

import io
from dataclasses import replace

import pyarrow.parquet as pq
import pytest
from sql_tables import DAYS, INCREMENTAL, extraction_of, read_all

from millrace_ingest.adapters.sql import feed as feeds
from millrace_ingest.errors import (
    SourceMalformed,
)


def test_all_rows_land_in_the_order_of_the_key(bench):
    bench.insert(*reversed(DAYS))

    with bench.connect() as connected:
        assert connected.until() == "7"
        rows, _ = read_all(connected)

    assert [row["id"] for row in rows] == [1, 2, 3, 4, 5, 6, 7]
    assert rows[0]["name"] == "n1"


def test_an_empty_table_is_read_to_its_end(bench):
    with bench.connect(**INCREMENTAL) as connected:
        assert connected.until() == ""
        assert read_all(connected)[0] == []


def test_what_is_beyond_the_watermark_lands_up_to_where_the_extraction_ends(bench):
    bench.insert(*DAYS)
    with bench.connect(**INCREMENTAL) as connected:
        first, extraction = read_all(connected, extraction_of(until=connected.until()))
    bench.insert((8, "2024-01-08T00:00:00"), (9, "2024-01-09T00:00:00"))

    with bench.connect(**INCREMENTAL) as connected:
        until = connected.until()
    bench.insert((10, "2024-01-10T00:00:00"))
    with bench.connect(**INCREMENTAL) as connected:
        rows, _ = read_all(connected, extraction_of(since=extraction.high, until=until))

    assert len(first) == 7
    assert [row["id"] for row in rows] == [8, 9]


@pytest.mark.parametrize("column", ["changed_at", "id"])
def test_an_overlap_is_read_again(bench, column):
    bench.insert(*DAYS)
    if bench.name == "sqlite" and column == "changed_at":
        with (
            bench.connect(incremental={"column": column, "overlap_seconds": 1}) as connected,
            pytest.raises(SourceMalformed, match="changed_at is not"),
        ):
            read_all(connected, extraction_of(since="2024-01-06"))
        return
    overlap = {"overlap_seconds": 86_400} if column == "changed_at" else {"overlap": 1}
    since = "2024-01-06T00:00:00.5" if column == "changed_at" else "6"

    with bench.connect(incremental={"column": column} | overlap) as connected:
        rows, _ = read_all(connected, extraction_of(since=since, until=connected.until()))

    assert [row["id"] for row in rows] == [6, 7]


def test_a_window_holds_its_begin_and_not_its_end(bench):
    bench.insert(*DAYS)

    with bench.connect(incremental={"column": "id"}) as connected:
        rows, _ = read_all(connected, extraction_of("2..5", "2", "5"))

    assert [row["id"] for row in rows] == [2, 3, 4]


@pytest.mark.parametrize("incremental", [True, False])
def test_another_call_goes_on_behind_the_last_row(bench, incremental, monkeypatch):
    monkeypatch.setattr(feeds, "_GROUP_BYTES", 1)
    bench.insert(
        *[(number, f"2024-01-0{1 + number % 2}T00:00:00") for number in range(12_000)][:60]
    )
    spec = INCREMENTAL if incremental else {}
    extraction, rows, is_end = extraction_of(), [], False
    while not is_end:
        with bench.connect(**spec) as connected:
            sink = io.BytesIO()
            reached = connected.read(extraction, sink, lambda: None, lambda: True)
        if reached.records:
            rows += pq.read_table(io.BytesIO(sink.getvalue())).to_pylist()
        extraction = replace(extraction, cursor=reached.cursor, high=reached.high)
        is_end = reached.is_end
        with bench.connect(**spec) as connected:
            again = connected.read(extraction, io.BytesIO(), lambda: None, lambda: True)
        assert is_end is (again.records == 0)

    assert sorted(row["id"] for row in rows) == list(range(60))


def test_a_read_sees_one_state_of_the_table(bench, monkeypatch):
    monkeypatch.setattr(feeds, "_GROUP_BYTES", 1)
    bench.insert(*DAYS[:6])

    with bench.connect() as connected:
        assert connected._table.highest("id") == "6"
        bench.insert(DAYS[6])
        rows, _ = read_all(connected, is_late=lambda: True)

    assert len(rows) == 6


def test_a_key_of_texts_may_hold_anything(bench):
    names = ["o'neil", 'say "x"', "back\\slash", "%s", "Zürich", ""]
    bench.execute("ALTER TABLE orders ADD code VARCHAR(20)")
    for number, name in enumerate(names):
        text = name.replace("'", "''")
        text = text.replace("\\", "\\\\") if bench.name == "mariadb" else text
        bench.execute(
            "INSERT INTO orders (id, changed_at, name, code) "
            f"VALUES ({number}, '2024-01-01 00:00:00', 'n', '{text}')"
        )
    extraction, found, is_end = extraction_of(), [], False
    while not is_end:
        with bench.connect(key=["code"]) as connected:
            sink = io.BytesIO()
            reached = connected.read(extraction, sink, lambda: None, lambda: True)
        if reached.records:
            found += [row["code"] for row in pq.read_table(io.BytesIO(sink.getvalue())).to_pylist()]
        extraction = replace(extraction, cursor=reached.cursor)
        is_end = reached.is_end
    assert sorted(found) == sorted(names)
