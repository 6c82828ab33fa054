from __future__ import annotations

import gzip
import io
import uuid

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from .asking import Lakehouse

LAZY = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
OPEN = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
JSON = "org.openx.data.jsonserde.JsonSerDe"
PARQUET = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"


@pytest.fixture
def house(aws):
    return Lakehouse.removed_afterwards(aws)


def parquet(table):
    body = io.BytesIO()
    pq.write_table(table, body)
    return body.getvalue()


def test_a_delimited_table_is_typed_by_the_catalog_and_not_by_its_text(house):
    house.put("flights/a.csv", b"carrier,delay,note\nUA,12,x\nAA,NA,\\N\nB6,-3\n")
    house.table(
        "flights",
        [("carrier", "string"), ("delay", "int"), ("note", "string")],
        LAZY,
        {"field.delim": ",", "skip.header.line.count": "1"},
    )

    answer = house.ask("SELECT carrier, delay, note FROM flights ORDER BY delay")

    assert answer.rows == [["B6", "-3", None], ["UA", "12", "x"], ["AA", None, None]]
    assert answer.types == ["varchar", "integer", "varchar"]


def test_open_csv_reads_quotes_and_gzip(house):
    body = gzip.compress(b'"a ""b"", c",5\n"d",6\n')
    house.put("quoted/part.csv.gz", body)
    house.table("quoted", [("t", "string"), ("n", "bigint")], OPEN, {"escapeChar": "\\"})

    answer = house.ask("SELECT t, n FROM quoted ORDER BY n")

    assert answer.rows == [['a "b", c', "5"], ["d", "6"]]
    assert answer.scanned_bytes == len(body)


def test_json_lines_are_read_by_name_and_a_broken_line_ends_the_query(house):
    house.put("events/a.json", b'{"id": 1, "Tags": ["x", "y"]}\n{"id": 2}\n')
    house.table("events", [("id", "bigint"), ("tags", "array<string>")], JSON)

    answer = house.ask("SELECT id, tags FROM events ORDER BY id")
    house.put("events/b.json", b"not json\n")
    failed = house.ask("SELECT id FROM events")

    assert answer.rows == [["1", "[x, y]"], ["2", None]]
    assert failed.reason.startswith("HIVE_CURSOR_ERROR: Row is not a valid JSON Object")


def test_only_registered_partitions_are_read_and_a_condition_leaves_out_the_others(house):
    for day in (1, 2, 3):
        house.put(f"days/day={day}/p.parquet", parquet(pa.table({"n": [day] * 10})))
    house.table("days", [("n", "bigint")], PARQUET, partitions=[("day", "int")])
    house.partition("days", ["1"], "days/day=1/")
    house.partition("days", ["2"], "days/day=2/")

    every = house.ask("SELECT day, sum(n) AS total FROM days GROUP BY day ORDER BY day")
    one = house.ask("SELECT count(n) AS c FROM days WHERE day = 2")

    assert every.rows == [["1", "10"], ["2", "20"]]
    assert one.rows == [["10"]]
    assert 0 < one.scanned_bytes < every.scanned_bytes


def test_parquet_counts_the_columns_that_are_read(house):
    table = pa.table({"a": list(range(1000)), "b": [f"text {i}" for i in range(1000)]})
    house.put("wide/p.parquet", parquet(table))
    house.table("wide", [("a", "bigint"), ("b", "string")], PARQUET)

    both, one = house.ask("SELECT a, b FROM wide"), house.ask("SELECT max(a) AS m FROM wide")
    none = house.ask("SELECT count(*) AS c FROM wide")

    assert none.rows == [["1000"]] and none.scanned_bytes == 0
    assert 0 < one.scanned_bytes < both.scanned_bytes


def test_a_declared_type_that_a_parquet_file_does_not_have_ends_the_query(house):
    house.put("wrong/p.parquet", parquet(pa.table({"a": ["x"]})))
    house.table("wrong", [("a", "bigint")], PARQUET)

    assert "incompatible with type bigint" in house.ask("SELECT a FROM wrong").reason


def test_errors_are_worded_and_placed_as_athena_does(house):
    database = house.database
    cases = {
        "SELECT 1\nFROM nowhere": "TABLE_NOT_FOUND: line 2:6: Table "
        f"'awsdatacatalog.{database}.nowhere' does not exist",
        "SELECT x": "COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot be resolved",
        "SELECT strftime(1)": "FUNCTION_NOT_FOUND: line 1:8: Function 'strftime' not registered",
        "SELECT 1 +": "SYNTAX_ERROR: line 1:",
        "SELECT 1 + 'a'": "TYPE_MISMATCH: line 1:8: Cannot apply operator: integer + varchar(1)",
        "SELECT 1/0": "DIVISION_BY_ZERO: Division by zero",
        "SELECT a FROM nope.t": "SCHEMA_NOT_FOUND: line 1:15: Schema 'nope' does not exist",
    }
    for sql, reason in cases.items():
        answer = house.ask(sql)
        assert answer.state == "FAILED", sql
        assert answer.reason.startswith(reason), (sql, answer.reason)


def test_a_view_is_kept_as_athena_keeps_it_and_read_through_another_view(house):
    house.put("t/p.parquet", parquet(pa.table({"a": [1, 2], "b": ["x", "y"]})))
    house.table("t", [("a", "bigint"), ("b", "string")], PARQUET)

    made = house.ask("CREATE OR REPLACE VIEW v AS\nSELECT a * 2 AS twice, b FROM t")
    again = house.ask("CREATE VIEW v AS SELECT 1 AS one")
    house.ask("CREATE OR REPLACE VIEW w AS SELECT max(twice) AS most FROM v")
    stored = house.glue.get_table(DatabaseName=house.database, Name="v")["Table"]

    assert made.state == "SUCCEEDED", made.reason
    assert "already exists" in again.reason
    assert house.ask("SELECT most FROM w").rows == [["4"]]
    assert stored["TableType"] == "VIRTUAL_VIEW"
    assert stored["Parameters"]["presto_view"] == "true"
    assert stored["ViewOriginalText"].startswith("/* Presto View: ")
    assert [c["Type"] for c in stored["StorageDescriptor"]["Columns"]] == ["bigint", "string"]
    assert house.ask("DROP VIEW w").state == "SUCCEEDED"
    assert house.ask("SELECT most FROM w").reason.startswith("TABLE_NOT_FOUND")


def test_the_result_file_quotes_every_value_and_leaves_null_empty(house):
    answer = house.ask("SELECT 'a\"b' AS t, NULL AS n, 1.50 AS d, TRUE AS yes")

    body = house.s3.get_object(Bucket=house.bucket, Key=answer.output.split("/", 3)[3])
    assert body["Body"].read() == b'"t","n","d","yes"\n"a""b",,"1.50","true"\n'


def test_results_are_paged_with_the_header_once(house):
    query = house.start("SELECT i FROM UNNEST(sequence(1, 2500)) AS t(i) ORDER BY i")
    house.wait(query)

    pages = list(house.athena.get_paginator("get_query_results").paginate(QueryExecutionId=query))
    rows = [row["Data"][0]["VarCharValue"] for page in pages for row in page["ResultSet"]["Rows"]]

    assert rows == ["i", *map(str, range(1, 2501))]
    assert len(pages) == 3


def test_a_workgroup_can_force_its_location_and_limit_what_is_scanned(aws, house):
    house.put("big/a.csv", b"1\n" * 10_000_000)
    house.table("big", [("n", "int")], LAZY)
    name = f"wg-{uuid.uuid4().hex[:8]}"
    house.athena.create_work_group(
        Name=name,
        Configuration={
            "ResultConfiguration": {"OutputLocation": f"s3://{house.bucket}/forced/"},
            "EnforceWorkGroupConfiguration": True,
            "BytesScannedCutoffPerQuery": 10_000_000,
        },
    )

    aws.afterwards(house.athena.delete_work_group, WorkGroup=name, RecursiveDeleteOption=True)

    free = house.ask("SELECT 1 AS one", workgroup=name)
    costly = house.ask("SELECT sum(n) AS s FROM big", workgroup=name)

    assert free.output.startswith(f"s3://{house.bucket}/forced/")
    assert costly.state == "CANCELLED"
    assert "Bytes scanned limit was exceeded" in costly.reason


def test_a_repeated_client_request_token_starts_nothing_new(house):
    token = uuid.uuid4().hex * 2

    first, second = (house.start("SELECT 1 AS one", token=token) for _ in range(2))

    assert first == second
    with pytest.raises(house.athena.exceptions.InvalidRequestException):
        house.start("SELECT 2 AS two", token=token)
