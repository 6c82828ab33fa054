"""Arrays, maps and rows in files, and joins that keep what has no partner."""

from __future__ import annotations

import datetime
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conformance.athena.asking import Lakehouse

JSON = "org.openx.data.jsonserde.JsonSerDe"
PARQUET = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
COLUMNS = [
    ("id", "bigint"),
    ("tags", "array<string>"),
    ("counts", "map<string,int>"),
    ("place", "struct<city:string,at:struct<lat:double,lon:double>>"),
    ("legs", "array<struct<to:string,km:int>>"),
]
ASKED = [
    ("tags", "[x, null]", None),
    ("counts", "{a=1, b=null}", None),
    ("place", "{city=Ulm, at={lat=48.5, lon=null}}", None),
    ("legs", "[{to=B, km=7}, {to=null, km=null}]", None),
    ("tags[1]", "x", None),
    ("counts['a']", "1", None),
    ("place.at.lat", "48.5", None),
    ("legs[1].km", "7", None),
    ("cardinality(legs)", "2", None),
    ("element_at(counts, 'z')", None, None),
]


@pytest.fixture
def house(cloud):
    return Lakehouse.make(cloud)


def check_nested(house):
    for expression, first, second in ASKED:
        answer = house.ask(f"SELECT {expression} AS v FROM t ORDER BY id")
        assert answer.rows == [[first], [second]], (expression, answer.reason or answer.rows)
    types = house.ask("SELECT tags, counts, place, legs FROM t").types
    assert types == ["array", "map", "row", "array"]
    flat = house.ask("SELECT id, to, km FROM t CROSS JOIN UNNEST(legs) AS l(to, km) ORDER BY km")
    assert flat.rows == [["1", "B", "7"], ["1", None, None]]


def test_parquet_holds_arrays_maps_and_rows(house):
    place = pa.struct(
        [("city", pa.string()), ("at", pa.struct([("lat", pa.float64()), ("lon", pa.float64())]))]
    )
    table = pa.table(
        {
            "id": pa.array([1, 2], pa.int64()),
            "tags": pa.array([["x", None], None], pa.list_(pa.string())),
            "counts": pa.array([[("a", 1), ("b", None)], None], pa.map_(pa.string(), pa.int32())),
            "place": pa.array([{"city": "Ulm", "at": {"lat": 48.5, "lon": None}}, None], place),
            "legs": pa.array(
                [[{"to": "B", "km": 7}, {"to": None, "km": None}], None],
                pa.list_(pa.struct([("to", pa.string()), ("km", pa.int32())])),
            ),
        }
    )
    body = io.BytesIO()
    pq.write_table(table, body)
    house.put("t/p.parquet", body.getvalue())
    house.table("t", COLUMNS, PARQUET)

    check_nested(house)


def test_json_lines_hold_arrays_maps_and_rows(house):
    row = {
        "id": 1,
        "tags": ["x", None],
        "counts": {"a": 1, "b": None},
        "place": {"city": "Ulm", "at": {"lat": 48.5, "lon": None}, "more": 1},
        "legs": [{"to": "B", "km": 7}, {}],
    }
    house.put("t/a.json", f'{json.dumps(row)}\n{{"id": 2, "tags": null}}\n'.encode())
    house.table("t", COLUMNS, JSON)

    check_nested(house)


def test_an_object_in_a_text_column_is_its_json_and_elsewhere_ends_the_query(house):
    house.put("t/a.json", b'{"t": {"a": [1, "x"]}, "ts": [{"b": 1}, "y"], "n": [1]}\n')
    columns = [("t", "string"), ("ts", "array<string>"), ("n", "map<string,int>")]
    house.table("t", columns, JSON)

    answer = house.ask("SELECT t, ts[1], ts[2] FROM t")

    assert answer.rows == [['{"a":[1,"x"]}', '{"b":1}', "y"]]
    assert house.ask("SELECT n FROM t").reason.startswith("HIVE_BAD_DATA")


def test_nested_dates_and_timestamps_are_shown_as_trino_shows_them(house):
    table = pa.table(
        {
            "days": [[datetime.date(2020, 1, 2)]],
            "at": pa.array(
                [{"t": datetime.datetime(2020, 1, 2, 3, 4, 5)}],
                pa.struct([("t", pa.timestamp("ms"))]),
            ),
        }
    )
    body = io.BytesIO()
    pq.write_table(table, body)
    house.put("t/p.parquet", body.getvalue())
    house.table("t", [("days", "array<date>"), ("at", "struct<t:timestamp>")], PARQUET)

    assert house.ask("SELECT days, at, at.t FROM t").rows == [
        ["[2020-01-02]", "{t=2020-01-02 03:04:05.000}", "2020-01-02 03:04:05.000"]
    ]


@pytest.mark.parametrize(
    ("side", "rows"),
    [
        ("JOIN", [["2", "b", "x"]]),
        ("LEFT JOIN", [["1", "a", None], ["2", "b", "x"]]),
        ("RIGHT JOIN", [["2", "b", "x"], ["3", None, "y"]]),
        ("FULL JOIN", [["1", "a", None], ["2", "b", "x"], ["3", None, "y"]]),
    ],
)
def test_a_column_of_using_is_that_of_the_side_that_has_it(house, side, rows):
    sql = (
        "FROM (VALUES (1, 'a'), (2, 'b')) AS l(k, v) "
        f"{side} (VALUES (BIGINT '2', 'x'), (BIGINT '3', 'y')) AS r(k, w) USING (k)"
    )

    assert house.ask(f"SELECT k, v, w {sql} ORDER BY k").rows == rows
    assert house.ask(f"SELECT * {sql} ORDER BY 1").rows == rows


def test_three_tables_join_on_the_key_of_either_side(house):
    answer = house.ask(
        "SELECT k, a, b, c FROM (VALUES (1, 'a')) AS x(k, a) "
        "FULL JOIN (VALUES (2, 'b')) AS y(k, b) USING (k) "
        "FULL JOIN (VALUES (2, 'c'), (3, 'c')) AS z(k, c) USING (k) ORDER BY k"
    )

    assert answer.rows == [["1", "a", None, None], ["2", None, "b", "c"], ["3", None, None, "c"]]
