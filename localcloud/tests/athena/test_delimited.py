"""The two ways of reading delimited files give the same fields."""

from __future__ import annotations

import gzip
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from millrace_localcloud.athena.catalog import Column, Storage
from millrace_localcloud.athena.formats.delimited import delimited_columns, delimited_rows
from millrace_localcloud.athena.lake import DataFile

CELLS = st.sampled_from(
    ["a", "", '"', '""', "'", "\\", "\\N", "NULL", " ", "\t", "é", "\x00", "\r", "NaN", "#N/A", "1"]
)
LINES = st.one_of(
    *[st.lists(CELLS, min_size=size, max_size=size).map(",".join) for size in (3, 3, 3, 1, 5)],
    st.just(""),
)
BODIES = st.builds(
    lambda lines, ending, end: ending.join(lines) + (ending if end else ""),
    st.one_of(
        st.lists(LINES, max_size=5), st.lists(st.lists(CELLS, min_size=3, max_size=3).map(",".join))
    ),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)


def place(header_lines=0, **parameters):
    serde = {"field.delim": ",", **parameters}
    return Storage("", "", serde, "", header_lines)


def both(body, storage, wanted, name="a.csv"):
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(gzip.compress(body) if name.endswith(".gz") else body)
        file = DataFile(name, path, len(body))
        rows = [
            [row[i] if column and i < len(row) else None for i, column in enumerate(wanted)]
            for row in delimited_rows(file, storage, wanted)
        ]
        columns = delimited_columns(file, storage, wanted)
    fast = (
        None if columns is None else [list(row) for row in zip(*map(list_of, columns), strict=True)]
    )
    return rows, fast


def list_of(column):
    return column.to_pylist()


WANTED = (Column("a", "string"), None, Column("c", "string"), Column("d", "string"))


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    BODIES,
    st.sampled_from(["\\N", "", "NULL"]),
    st.integers(0, 2),
)
def test_arrow_reads_what_splitting_reads_or_leaves_it_alone(text, null, header_lines):
    storage = place(header_lines, **{"serialization.null.format": null})

    rows, fast = both(text.encode(), storage, WANTED)

    assert fast is None or fast == rows


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_plain_files_are_read_by_arrow(name, ending):
    body = ending.join([b"h,h,h", b'"x,y,z', b"\\N,,1", b"last,,"])

    rows, fast = both(body, place(1), WANTED, name)

    assert (
        fast == rows == [['"x', None, "z", None], [None, None, "1", None], ["last", None, "", None]]
    )


@pytest.mark.parametrize(
    "body", [b"a,b\nc\n", b"a\rb\n", b"\xef\xbb\xbfa,b\n", b"\xff,b\n", b"a,b\n\nc,d\n"]
)
def test_files_that_arrow_might_read_otherwise_are_split_here(body):
    rows, fast = both(body, place(), WANTED)

    assert fast is None and rows
