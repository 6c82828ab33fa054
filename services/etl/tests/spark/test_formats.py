"""Files of every declared format become the rows that are in them."""

import gzip
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from millrace_etl.errors import ColumnsMismatch, ManifestInvalid

TWO = [{"name": "a", "type": "int"}, {"name": "b", "type": "string"}]


def pairs(lake):
    return sorted(((row["a"], row["b"]) for row in lake.rows()), key=str)


def test_columns_are_found_by_name_in_each_file(lake):
    lake.declare(TWO)
    files = [
        lake.land("a,b\n1,x\n", name="1.csv"),
        lake.land("b,a\ny,2\n", name="2.csv"),
        lake.land("\ufeffB, A \r\nz,3\r\n", name="3.csv"),
        lake.land(gzip.compress(b'"a",b\n4,"w,""q"""\n'), name="4.csv.gz"),
        lake.land("", name="5.csv"),
        lake.land("a,b\n", name="6.csv"),
    ]

    assert lake.refine(*files).rows_read == 4
    assert pairs(lake) == [(1, "x"), (2, "y"), (3, "z"), (4, 'w,"q"')]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_quoted_value_may_hold_line_breaks(lake, line_end):
    lake.declare(TWO)
    text = line_end.join(["\ufeffa,b", "1,plain", '2,"two', 'lines, ""quoted"""', "3,x", ""])

    event = lake.refine(lake.land(text))

    assert (event.rows_read, event.rows_quarantined) == (3, 0)
    assert [a for a, _ in pairs(lake)] == [1, 2, 3]
    assert pairs(lake)[1][1].splitlines() == ["two", 'lines, "quoted"']


def test_a_row_that_looks_like_the_header_is_a_row(lake):
    lake.declare([{"name": "a", "type": "string"}, {"name": "b", "type": "string"}])

    assert lake.refine(lake.land("a,b\n1,x\na,b\n")).rows_read == 2
    assert pairs(lake) == [("1", "x"), ("a", "b")]


def test_a_file_without_a_header_is_read_in_the_declared_order(lake):
    lake.declare(TWO, kind={"kind": "csv", "header": False, "delimiter": "|", "null_value": "NA"})

    lake.refine(lake.land("1|x\nNA|y\n3|\n"))

    assert pairs(lake) == [(1, "x"), (3, None), (None, "y")]


def test_a_name_with_characters_of_a_glob_or_a_uri_is_one_file(lake):
    lake.declare(TWO)
    names = ["a [1]{x,y}*?.csv", "50% é+&.csv"]
    files = [lake.land(f"a,b\n{n},x\nbad,y\n", name=name) for n, name in enumerate(names)]

    event = lake.refine(*files)

    assert (event.rows_written, event.rows_quarantined) == (2, 2)
    assert sorted(row["file"] for row in lake.quarantined()) == sorted(f.key for f in files)


@pytest.mark.parametrize(
    ("text", "told"),
    [("a\n1\n", "lacks 'b'"), ("a,b,c\n1,x,2\n", "has undeclared 'c'"), ("a,b,a\n", "repeats 'a'")],
)
def test_a_file_with_other_columns_stops_the_run_by_name(lake, text, told):
    lake.declare(TWO)

    with pytest.raises(ColumnsMismatch, match=rf"bad\.csv: the file {told}"):
        lake.refine(lake.land("a,b\n1,x\n"), lake.land(text, name="bad.csv"))

    assert lake.files() == []


def test_a_file_that_spark_would_hide_is_refused(lake):
    lake.declare(TWO)

    with pytest.raises(ManifestInvalid, match=r"_a\.csv"):
        lake.refine(lake.land("a,b\n1,x\n", name="_a.csv"))


def test_json_lines_are_one_object_each(lake):
    lake.declare(TWO, kind={"kind": "jsonl"})
    lines = [
        '{"a": 1, "b": "x\\ny"}',
        '{"b": "missing a"}',
        '{"a": "2", "b": {"nested": [1]}}',
        "",
        '{"a": 3, "b": "z", "c": 1}',
        '{"a": 4, "b": "z"} {"a": 5, "b": "lost?"}',
        '[{"a": 6, "b": "z"}]',
        "7",
        '{"a": 8, "b": ',
        '{"a": 1.5, "b": "z"}',
    ]

    event = lake.refine(lake.land("\n".join(lines), name="a.jsonl"))

    assert (event.rows_read, event.rows_written, event.rows_quarantined) == (9, 3, 6)
    assert pairs(lake) == [(1, "x\ny"), (2, '{"nested":[1]}'), (None, "missing a")]
    bad = {row["row"]: row["reasons"] for row in lake.quarantined()}
    assert set(bad) == {*lines[4:9], lines[9]}
    assert bad[lines[4]] == ["row: declared columns only: c"]
    assert bad[lines[5]] == ["row: one JSON object: something else"]
    assert bad[lines[9]] == ["a: type int: 1.5"]


def test_parquet_values_of_the_declared_type_are_taken_as_they_are(lake):
    lake.declare(
        [
            {"name": "d", "type": "double"},
            {"name": "t", "type": "timestamp"},
            {"name": "m", "type": "decimal(38,18)"},
            {"name": "n", "type": "int"},
        ],
        kind={"kind": "parquet"},
    )
    moment = datetime(2024, 2, 29, 12, 30, 1, 123456, tzinfo=UTC)

    def packed(n, kind):
        table = pa.table(
            {
                "n": pa.array([n], kind),
                "d": [0.1 + 0.2],
                "t": pa.array([moment], pa.timestamp("us", "UTC")),
                "m": pa.array([Decimal("1e-18")], pa.decimal128(38, 18)),
            }
        )
        sink = io.BytesIO()
        pq.write_table(table, sink)
        return sink.getvalue()

    event = lake.refine(
        lake.land(packed(7, pa.int32()), name="a.parquet"),
        lake.land(packed(8, pa.int64()), name="b.parquet"),
        lake.land(packed(2**40, pa.int64()), name="c.parquet"),
    )

    assert (event.rows_written, event.rows_quarantined) == (2, 1)
    assert sorted(row["n"] for row in lake.rows()) == [7, 8]
    for row in lake.rows():
        assert (row["d"], row["t"], row["m"]) == (0.1 + 0.2, moment, Decimal("1e-18"))
    assert lake.quarantined()[0]["reasons"] == [f"n: type int: {2**40}"]


TYPED = [
    ("int", "12", 12), ("int", " -7 ", -7), ("int", "1.5", None), ("int", "5.", None),
    ("int", "2147483648", None),
    ("double", " 31 ", 31.0), ("double", "-0", -0.0), ("double", "+2147483648", 2147483648.0),
    ("double", f"1{'0' * 308}", 1e308), ("double", f"1{'0' * 309}", None), ("double", "3f", None),
    ("double", "4\1", None),
    ("bigint", "9223372036854775807", 2**63 - 1), ("bigint", "1e3", None),
    ("double", "1.5", 1.5), ("double", "-1E-3", -0.001), ("double", "1d", None),
    ("double", "NaN", None), ("double", "1e999", None), ("double", "0x1p3", None),
    ("decimal(5,2)", "123.40", Decimal("123.40")), ("decimal(5,2)", "1.234", None),
    ("decimal(5,2)", "1.2300", Decimal("1.23")), ("decimal(5,2)", "1234", None),
    ("boolean", "true", True), ("boolean", "F", False), ("boolean", "maybe", None),
    ("date", "2024-02-29", date(2024, 2, 29)), ("date", "2023-02-29", None),
    ("date", "2024", None), ("date", "2024-2-9", None), ("date", "2024-02-29T10:00", None),
    ("timestamp", "2024-02-29 12:30", datetime(2024, 2, 29, 12, 30, tzinfo=UTC)),
    ("timestamp", "2024-02-29T12:30:01.5Z", datetime(2024, 2, 29, 12, 30, 1, 500000, tzinfo=UTC)),
    ("timestamp", "2024-02-29T12:30:00+02:00", datetime(2024, 2, 29, 10, 30, tzinfo=UTC)),
    ("timestamp", "2024-02-29", datetime(2024, 2, 29, tzinfo=UTC)),
    ("timestamp", "12:30", None), ("timestamp", "2024-02-29T12:30:00ZZ", None),
]  # fmt: skip


def test_a_text_becomes_exactly_its_value_or_none(session):
    from pyspark.sql import functions as F

    from millrace_etl.columns.casting import cast_sql

    texts = session.createDataFrame([(text,) for _, text, _ in TYPED], "t string")
    kinds = sorted({kind for kind, _, _ in TYPED})
    found = {
        row["t"]: row
        for row in texts.select("t", *[F.expr(cast_sql("t", k)).alias(k) for k in kinds]).collect()
    }

    for kind, text, value in TYPED:
        cast = found[text][kind]
        if isinstance(cast, datetime):
            cast = cast.astimezone(UTC)
        assert repr(cast) == repr(value), (kind, text)


def test_a_json_text_survives_quarantine_as_it_was(lake):
    lake.declare([{"name": "a", "type": "int"}], kind={"kind": "jsonl"})
    line = json.dumps({"a": 'é\u2028 \\ " x'})

    lake.refine(lake.land(line, name="a.jsonl"))

    assert [row["row"] for row in lake.quarantined()] == [line]
