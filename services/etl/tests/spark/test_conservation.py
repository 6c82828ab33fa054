"""Generated dirty tables: every row is found again, with the value an independent reading gives."""

import csv
import io
import re
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

COLUMNS = [
    {"name": "a", "type": "int", "required": True, "range": [-50, 50]},
    {"name": "b", "type": "string"},
    {"name": "c", "type": "double"},
]
BLANKS = "".join(map(chr, range(33)))
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff\ufffe"), max_size=6)
numbers = st.one_of(
    st.integers(-99, 99).map(str), st.floats().map(repr), st.sampled_from(["", "1,5", " 7 ", "NA"])
)
rows = st.lists(
    st.one_of(
        st.tuples(numbers, texts, numbers).map(list),
        st.lists(texts, min_size=1, max_size=5),
    ),
    min_size=30,
    max_size=60,
)


@pytest.fixture(scope="module")
def dirty(session, aws):
    from lake import Lake

    return lambda: Lake(session)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(rows, min_size=1, max_size=2), st.booleans(), st.sampled_from(["\n", "\r\n"]))
def test_no_row_is_lost_and_no_value_is_changed(dirty, tables, line_breaks, line_end):
    lake = dirty()
    lake.declare(COLUMNS)
    files, good, bad = [], Counter(), 0
    for number, table in enumerate(tables):
        body = _written(table, line_breaks, line_end)
        files.append(lake.land(body, name=f"{number}.csv"))
        for record in _independent_reading(body):
            typed = _typed(record)
            good[typed] += typed is not None
            bad += typed is None
    del good[None]

    event = lake.refine(*files)

    assert event.rows_read == good.total() + bad
    assert event.rows_quarantined == bad == len(lake.quarantined())
    assert Counter((row["a"], row["b"], row["c"]) for row in lake.rows()) == good


def _written(table, line_breaks, line_end):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=line_end)
    writer.writerow(["a", "b", "c"])
    for row in table:
        clean = row if line_breaks else [re.sub(r"[\r\n]", " ", value) for value in row]
        # Spark makes every line break within quotes one \n.
        writer.writerow([re.sub(r"\r\n?", "\n", value) for value in clean])
    return text.getvalue()


def _independent_reading(body):
    reader = csv.reader(io.StringIO(body, newline=""))
    next(reader)
    return [record for record in reader if record]


def _typed(record):
    """The row's values by the rules of COLUMNS; None when it breaks one."""
    if len(record) != 3:
        return None
    a, b, c = record
    # Around an integer Spark passes over blanks and control characters alike.
    if not re.fullmatch(r"[\0- ]*[-+]?[0-9]+[\0- ]*", a) or not -50 <= int(a.strip(BLANKS)) <= 50:
        return None
    if c and not re.fullmatch(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*", c, re.ASCII):
        return None
    return int(a.strip(BLANKS)), b or None, float(c) if c else None
