"""What a pass over a table holds that takes several calls, while the table changes."""

from __future__ import annotations

import io
from dataclasses import replace

import pyarrow.parquet as pq
import pytest
from sql_tables import INCREMENTAL, extraction_of, read_all

from millrace_ingest.adapters.sql import feed as feeds


def _day(number):
    return (number, f"2024-01-{number:02d}T00:00:00.5")


@pytest.mark.parametrize("spec", [{}, INCREMENTAL])
def test_rows_that_stay_land_once_and_none_beyond_the_end_that_was_set_at_first(
    bench, spec, monkeypatch
):
    monkeypatch.setattr(feeds, "_GROUP_BYTES", 1)
    bench.insert(*map(_day, (2, 4, 6, 12)))
    with bench.connect(**spec) as connected:
        extraction = extraction_of(until=connected.until())
    changes = iter(
        [
            # Behind the position, ahead of it, and beyond the end.
            lambda: bench.insert(_day(1), _day(5), _day(20)),
            lambda: bench.execute("DELETE FROM orders WHERE id = 6"),
        ]
    )
    found, is_end, calls = [], False, 0
    while not is_end:
        with bench.connect(**spec) as connected:
            # A batch may hold the whole table: each call reads one row of it.
            monkeypatch.setattr(type(connected._table), "batches", _one_by_one(connected._table))
            sink = io.BytesIO()
            reached = connected.read(extraction, sink, lambda: None, lambda: True)
        monkeypatch.undo()
        monkeypatch.setattr(feeds, "_GROUP_BYTES", 1)
        found += [row["id"] for row in pq.read_table(io.BytesIO(sink.getvalue())).to_pylist()]
        extraction = replace(extraction, cursor=reached.cursor, high=reached.high)
        is_end = reached.is_end
        calls += 1
        next(changes, lambda: None)()

    assert calls > 2
    assert found == [2, 4, 5, 12]


def test_a_key_that_lands_as_text_is_ordered_by_its_value(pg_bench):
    pg_bench.execute("ALTER TABLE orders ADD place numeric")
    for number, place in enumerate(("10", "9", "100", "2.5")):
        pg_bench.execute(f"INSERT INTO orders VALUES ({number}, now(), 'n', {place})")

    with pg_bench.connect(key=["place"]) as connected:
        extraction = extraction_of(until=connected.until())
        rows, _ = read_all(connected, extraction)

    assert extraction.until == "100"
    assert [row["place"] for row in rows] == ["2.5", "9", "10", "100"]


def _one_by_one(table):
    whole = type(table).batches

    def batches(self, span):
        for batch in whole(self, span):
            for at in range(batch.num_rows):
                yield batch.slice(at, 1)

    return batches
