"""Clean and dirty files that Python decodes: every record, or where the file went wrong."""

import csv
import gzip
import io
import json
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import fastavro
import openpyxl
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from millrace_contracts import Dataset
from millrace_etl.reading.decoding.decode import decode
from millrace_etl.reading.decoding.record import FileRefused

TWO = [{"name": "a", "type": "int"}, {"name": "b", "type": "string"}]


def spec(kind, columns=TWO):
    return Dataset.model_validate(
        {
            "name": "t",
            "owner": {"team": "t", "email": "t@example.com"},
            "source": {"kind": "filesystem", "url": "file:///out"},
            "format": kind,
            "columns": columns,
        }
    )


def records(kind, body, *, key="f", columns=TWO):
    return list(decode(spec(kind, columns), key, io.BytesIO(body)))


def values(found):
    return [(each.texts.get("a"), each.texts.get("b")) for each in found]


def problems(found):
    return {each.number: each.problem for each in found if each.problem}


def zipped(**members):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("key", "pack"),
    [
        ("x.csv.gz", gzip.compress),
        ("x.csv.zst", zstandard.compress),
        ("x.csv.zst", lambda body: zstandard.compress(body[:5]) + zstandard.compress(body[5:])),
        ("x.ZIP", lambda body: zipped(member=body)),
    ],
)
def test_a_packed_file_is_what_was_packed(key, pack):
    body = b'a,b\n1,x\n2,"y\n""z"""\n'

    assert values(records({"kind": "csv"}, pack(body), key=key)) == [("1", "x"), ("2", 'y\n"z"')]


@pytest.mark.parametrize(
    ("key", "body", "told"),
    [
        ("x.zip", zipped(one=b"a,b", two=b"a,b"), "holds 2 files, not one"),
        ("x.zip", b"PK no archive", "after record 0: BadZipFile"),
        ("x.gz", gzip.compress(b"a,b\n" + b"1,x\n" * 9)[:-9], "EOFError"),
        ("x.zst", b"no zstd at all", "after record 0: ZstdError"),
    ],
)
def test_a_broken_archive_is_refused(key, body, told):
    with pytest.raises(FileRefused, match=told):
        records({"kind": "csv"}, body, key=key)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig", "cp1252", "shift_jis"])
def test_a_text_is_read_in_its_encoding(encoding):
    text = "日本" if encoding == "shift_jis" else "é"
    body = f"a,b\n1,{text}\n".encode(encoding)

    assert values(records({"kind": "csv", "encoding": encoding}, body)) == [("1", text)]


def test_bytes_that_the_encoding_does_not_have_are_the_rows_problem():
    found = records({"kind": "csv", "encoding": "ascii"}, b"a,b\n1,x\n2,\xe9\n3,z\n")

    assert problems(found) == {2: "row: encoding ascii: byte 0xe9"}
    assert found[1].raw == "2,\ufffd"


def test_a_csv_with_ragged_rows_tells_which():
    found = records({"kind": "csv"}, b"b,a\nx,1\n\ny\nz,3,4\n")

    assert values(found[:1]) == [("1", "x")]
    assert problems(found) == dict.fromkeys(
        (3, 4), "row: 2 values separated by ',': another number"
    )


@pytest.mark.parametrize(
    ("kind", "body", "told"),
    [
        ({"kind": "csv"}, b"a,c\n1,2\n", "lacks 'b' and has undeclared 'c'"),
        ({"kind": "csv"}, b'a,b\n1,"open\n', "line 2: unexpected end of data"),
        ({"kind": "json"}, b'[{"a":1},{"a":2}', "after record 2: .*"),
        ({"kind": "json"}, b'{"a":1}', "no array at its top"),
        ({"kind": "json", "path": "x.y"}, b'{"x":{"z":[]}}', "no array at x.y"),
        ({"kind": "json"}, b'[{"a":1}] trailing', "after record 1"),
        ({"kind": "avro"}, b"no avro", "after record 0: no Avro"),
        ({"kind": "excel"}, b"no workbook", "no Excel workbook"),
        ({"kind": "xml", "record": "r"}, b"<t>\n<r><a>1</a></r>\n<r><a>2</r></t>", "line 3: mism"),
        (
            {"kind": "xml", "record": "r"},
            b'<!DOCTYPE t [<!ENTITY e "x">]><t><r><a>&e;</a></r></t>',
            "declares entities",
        ),
    ],
)
def test_a_file_that_is_not_what_it_is_declared_to_be_is_refused_with_the_place(kind, body, told):
    with pytest.raises(FileRefused, match=told):
        records(kind, body)


def test_elements_of_a_json_array_are_rows():
    body = b'\xef\xbb\xbf{"data":{"rows":[{"a":1,"b":"x"},{"b":{"n":[1.5]}},7,{"a":2,"c":1}]}}'

    found = records({"kind": "json", "path": "data.rows"}, body)

    assert values(found[:2]) == [("1", "x"), (None, '{"n":[1.5]}')]
    assert problems(found) == {
        3: "row: one JSON object: something else",
        4: "row: declared columns only: c",
    }
    assert records({"kind": "json"}, b"[]") == []


def test_a_json_number_keeps_every_digit():
    found = records({"kind": "json"}, b'[{"a":12345678901234567890,"b":0.10000000000000000001}]')

    assert values(found) == [("12345678901234567890", "0.10000000000000000001")]


def test_lines_of_fixed_width_are_cut_where_declared():
    kind = {"kind": "fixed", "widths": [3, 4], "skip_lines": 1, "null_value": "-"}

    found = records(kind, "head\n  1é   \n 22\n333-\n\n444abcde\n7  x\n".encode())

    assert values(found) == [("1", "é"), ("22", None), ("333", None), ("444", "abcd"), ("7", "x")]
    assert problems(found) == {3: "row: 7 characters: 3", 6: "row: 7 characters: 8"}


def test_avro_values_become_texts_of_their_kind():
    schema = {
        "type": "record",
        "name": "r",
        "fields": [
            {"name": "B", "type": ["null", "string", "boolean"]},
            {"name": "a", "type": [
                "int",
                {"type": "long", "logicalType": "timestamp-micros"},
                {"type": "int", "logicalType": "date"},
                {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2},
            ]},
        ],
    }  # fmt: skip
    moment = datetime(2024, 2, 29, 12, 30, tzinfo=UTC)
    rows = [(1, "x"), (date(2024, 2, 29), None), (moment, True), (Decimal("1.20"), "")]
    sink = io.BytesIO()
    fastavro.writer(sink, fastavro.parse_schema(schema), [{"a": a, "B": b} for a, b in rows])

    found = records({"kind": "avro"}, sink.getvalue())

    assert values(found) == [
        ("1", "x"),
        ("2024-02-29", None),
        ("2024-02-29T12:30:00", "true"),
        ("1.20", ""),
    ]
    with pytest.raises(FileRefused, match="after record 0"):
        records({"kind": "avro"}, sink.getvalue()[:-20])
    with pytest.raises(FileRefused, match="has undeclared 'b'"):
        records({"kind": "avro"}, sink.getvalue(), columns=TWO[:1])


def test_a_sheet_of_a_workbook_is_a_table():
    book = openpyxl.Workbook()
    book.active.append(["not", "this", "one"])
    sheet = book.create_sheet("data")
    for row in (
        ["B", " a "],
        ["x", 1],
        [date(2024, 2, 29), 2.5],
        [],
        [datetime(2024, 2, 29, 1, 2), True],
        ["n/a", None, "too much"],
        ["#DIV/0!", 3],
    ):
        sheet.append(row)
    sheet["A7"].data_type = "e"
    file = io.BytesIO()
    book.save(file)

    kind = {"kind": "excel", "sheet": "data", "null_value": "n/a"}
    found = records(kind, file.getvalue())

    assert values(found[:4]) == [
        ("1", "x"),
        ("2.5", "2024-02-29"),
        ("true", "2024-02-29T01:02:00"),
        (None, None),
    ]
    assert problems(found) == {
        6: "row: 2 values: a value without a column name above it",
        7: "row: values: the error #DIV/0! in cell A7",
    }
    with pytest.raises(FileRefused, match="has no sheet 'other'; it has Sheet, data"):
        records({"kind": "excel", "sheet": "other"}, file.getvalue())


def test_xml_attributes_and_children_are_columns():
    body = b"""<?xml version="1.0" encoding="iso-8859-1"?>
    <t xmlns="urn:x"><r a="1"><b>\xe9</b></r><r><A> 2 </A><b/></r>
    <r a="3"><a>4</a></r><r><b><i>x</i></b></r><r><c>x</c></r></t>"""

    found = records({"kind": "xml", "record": "R"}, body)

    assert values(found[:2]) == [("1", "é"), ("2", None)]
    assert problems(found) == {
        3: "row: each column once: a",
        4: "row: a text in each column: b",
        5: "row: declared columns only: c",
    }


def test_a_record_without_a_personal_column_refuses_the_file():
    columns = [TWO[0], {"name": "b", "from": "Mail", "type": "string", "pii": "hash"}]

    with pytest.raises(FileRefused, match="record 2 lacks the personal column mail"):
        records({"kind": "json"}, b'[{"mail":"x"},{"a":1}]', columns=columns)


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\ufeff"), max_size=8)


@given(st.lists(st.tuples(cells, cells), max_size=20))
def test_what_a_writer_wrote_is_read_back(rows):
    table = io.StringIO()
    writer = csv.writer(table, quoting=csv.QUOTE_ALL)
    writer.writerows([("a", "b"), *rows])
    objects = [{"a": a, "b": b} for a, b in rows]

    as_csv = records({"kind": "csv", "encoding": "utf-16"}, table.getvalue().encode("utf-16"))
    as_array = records({"kind": "json"}, json.dumps(objects).encode())
    as_lines = records({"kind": "jsonl"}, "".join(f"{json.dumps(o)}\n" for o in objects).encode())

    assert values(as_csv) == [(a or None, b or None) for a, b in rows]
    assert values(as_array) == values(as_lines) == rows
