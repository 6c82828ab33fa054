import csv
import gzip
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from millrace_contracts.dataset import CsvFormat
from millrace_etl.errors import ColumnsMismatch
from millrace_etl.reading.headers import check_columns, group_by_header, read_header
from millrace_etl.work import SourceFile

CSV = CsvFormat(kind="csv")
names = st.lists(
    st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), min_size=1, max_size=8),
    min_size=1,
    max_size=5,
)


@given(names, st.sampled_from(["\n", "\r\n"]), st.booleans(), st.booleans())
def test_a_header_is_read_as_the_csv_module_writes_it(written, line_end, bom, packed):
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(written)
    if len(text.getvalue().splitlines()) > 1:
        return  # other line ends of Unicode: no name of a column
    body = (b"\xef\xbb\xbf" if bom else b"") + (text.getvalue() + line_end + "1,2").encode()

    header = read_header(
        "a.csv.gz" if packed else "a.csv", gzip.compress(body) if packed else body, CSV
    )

    assert header.names == tuple(name.strip().lower() for name in written)
    assert header.line == text.getvalue()


def test_an_empty_file_has_no_header():
    assert read_header("a.csv", b"", CSV) is None


def test_a_header_that_is_no_text_or_has_no_end_is_named():
    with pytest.raises(ColumnsMismatch, match=r"a\.csv: the header is not UTF-8"):
        read_header("a.csv", b"\xff\xfe\n", CSV)
    with pytest.raises(ColumnsMismatch, match="longer than"):
        read_header("a.csv", b"x" * 64 * 1024, CSV)
    with pytest.raises(ColumnsMismatch, match=r"a.csv.gz: not a gzip file"):
        read_header("a.csv.gz", b"a,b\n", CSV)


def test_a_file_with_other_columns_is_named_with_all_that_is_wrong():
    with pytest.raises(ColumnsMismatch) as caught:
        check_columns("a.csv", ["x", "y", "y"], ["x", "z"])

    assert str(caught.value) == (
        "a.csv: the file lacks 'z' and has undeclared 'y' and repeats 'y'; declared: x, z"
    )


def test_files_of_the_same_order_of_columns_are_read_together():
    bodies = {"a": b"x,y\n", "b": b"y,x\n", "c": b'"x",y\n', "d": b""}
    files = [
        (SourceFile("l", key, 1, 0), read_header(key, body, CSV)) for key, body in bodies.items()
    ]

    groups = group_by_header(files, ["x", "y"])

    assert {group.columns: [file.key for file in group.files] for group in groups} == {
        ("x", "y"): ["a", "c"],
        ("y", "x"): ["b"],
    }
    assert groups[0].header_lines == ('"x",y', "x,y")
