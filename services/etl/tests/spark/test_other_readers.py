"""Generated dirty tables: rows, types and values are those that pyarrow and DuckDB find."""

import csv
import io
from collections import Counter

import duckdb
import pyarrow as pa
import pyarrow.csv
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lake import Lake

COLUMNS = [
    {"name": "a", "type": "int", "required": True},
    {"name": "b", "type": "string"},
    {"name": "c", "type": "double"},
    {"name": "d", "type": "date"},
    {"name": "e", "type": "decimal(6,2)"},
    {"name": "f", "type": "bigint"},
]
NAMES = [column["name"] for column in COLUMNS]
texts = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\0\r\ufeff\ufffe"), max_size=8),
    st.sampled_from(["", '"', '""', '"quoted"', "two\nlines", "a,b", "'", "\\", '\\"', " x "]),
)
wholes = st.integers(-(2**33), 2**33).map(str)
values = st.tuples(
    st.one_of(wholes, st.sampled_from(["", "x", "12abc"])),
    texts,
    st.one_of(
        st.floats(allow_nan=False, allow_infinity=False).map(repr), st.sampled_from(["", "--1"])
    ),
    st.one_of(st.dates().map(str), st.sampled_from(["", "2023-02-29", "2024-13-01", "soon"])),
    st.one_of(
        st.decimals(-9999, 9999, places=2).map(str), st.sampled_from(["", "1.2.3", "99999.00"])
    ),
    st.one_of(wholes, st.sampled_from(["", "9223372036854775808"])),
)
wrong_width = st.lists(texts, min_size=2, max_size=9).filter(lambda row: len(row) != len(NAMES))
tables = st.lists(st.one_of(values.map(list), values.map(list), wrong_width), min_size=40,
                  max_size=80)  # fmt: skip


@pytest.fixture(scope="module")
def dirty(session, aws):
    return lambda: Lake(session)


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tables)
def test_another_reader_finds_the_same_rows(dirty, table):
    lake = dirty()
    lake.declare(COLUMNS)
    body = io.StringIO()
    csv.writer(body, lineterminator="\n").writerows([NAMES, *table])
    good, bad = _found_by_others(body.getvalue().encode())

    event = lake.refine(lake.land(body.getvalue()))

    assert event.rows_read == len(table) == len(good) + bad
    assert (event.rows_written, event.rows_quarantined) == (len(good), bad)
    assert len(lake.quarantined()) == bad
    assert Counter(tuple(row[name] for name in NAMES) for row in lake.rows()) == Counter(good)


def _found_by_others(body):
    """Good rows with their values, and how many are bad: parsed by pyarrow, typed by DuckDB."""
    skipped = []
    read = pyarrow.csv.read_csv(
        io.BytesIO(body),
        parse_options=pyarrow.csv.ParseOptions(
            newlines_in_values=True,
            invalid_row_handler=lambda row: skipped.append(row) or "skip",
        ),
        convert_options=pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(NAMES, pa.string())),
    )
    typed = ", ".join(f"TRY_CAST({c['name']} AS {c['type']}) AS {c['name']}" for c in COLUMNS)
    kept = " AND ".join(f"(({name} IS NULL) = (typed.{name} IS NULL))" for name in NAMES)
    kept = kept.replace("((", "((text.")
    nulled = ", ".join(f"nullif({name}, '') AS {name}" for name in NAMES)
    rows = duckdb.sql(f"""
        WITH text AS (SELECT row_number() OVER () AS n, {nulled} FROM read),
             typed AS (SELECT n, {typed} FROM text)
        SELECT typed.* EXCLUDE (n) FROM text JOIN typed USING (n)
        WHERE {kept} AND typed.a IS NOT NULL
    """).fetchall()
    return rows, len(skipped) + read.num_rows - len(rows)
