"""Tables and files that statements write."""

from __future__ import annotations

import io
import json

import pyarrow.parquet as pq
import pytest
from conformance.athena.asking import Lakehouse


@pytest.fixture
def house(cloud):
    return Lakehouse.make(cloud)


def keys(house, prefix):
    found = house.s3.list_objects_v2(Bucket=house.bucket, Prefix=prefix).get("Contents", [])
    return [one["Key"] for one in found]


def body(house, location):
    key = location.removeprefix(f"s3://{house.bucket}/")
    return house.s3.get_object(Bucket=house.bucket, Key=key)["Body"].read()


NESTED = (
    "SELECT CAST(1 AS bigint) AS n, 1.50 AS d, 'x\"y' AS t, DATE '2020-01-02' AS day, "
    "TIMESTAMP '2020-01-02 03:04:05.678' AS at, 2.5e0 AS f, true AS b, ARRAY[1, NULL] AS a, "
    "MAP(ARRAY['k'], ARRAY[1.5e0]) AS m, "
    "CAST(ROW(1, ARRAY['z']) AS ROW(x integer, y array(varchar))) AS r "
    "UNION ALL SELECT CAST(NULL AS bigint), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL"
)


@pytest.mark.parametrize("properties", ["", "WITH (format = 'JSON', write_compression = 'BZIP2')"])
def test_a_table_made_from_a_query_holds_every_type(house, properties):
    made = house.ask(f"CREATE TABLE made {properties} AS {NESTED}")
    asked = "SELECT * FROM made ORDER BY n"

    assert made.state == "SUCCEEDED", made.reason
    assert made.execution["SubstatementType"] == "CREATE_TABLE_AS_SELECT"
    assert house.ask(asked).rows == [
        [
            *("1", "1.50", 'x"y', "2020-01-02", "2020-01-02 03:04:05.678", "2.5", "true"),
            *("[1, null]", "{k=1.5}", "{x=1, y=[z]}"),
        ],
        [None] * 10,
    ]
    stored = house.glue.get_table(DatabaseName=house.database, Name="made")["Table"]
    assert [one["Type"] for one in stored["StorageDescriptor"]["Columns"]] == [
        *("bigint", "decimal(3,2)", "varchar(3)", "date", "timestamp", "double", "boolean"),
        *("array<int>", "map<varchar(1),double>", "struct<x:int,y:array<string>>"),
    ]
    manifest = body(house, made.execution["Statistics"]["DataManifestLocation"]).decode()
    assert manifest.startswith(f"s3://{house.bucket}/results/tables/")


def test_a_partitioned_table_is_made_extended_and_read_by_partition(house):
    location = f"s3://{house.bucket}/mine/"
    made = house.ask(
        "CREATE TABLE parts WITH (format = 'PARQUET', write_compression = 'SNAPPY', "
        f"external_location = '{location}', partitioned_by = ARRAY['k', 'day']) AS "
        "SELECT n, k, day FROM (VALUES (1, 'a/b', DATE '2020-01-01'), "
        "(2, NULL, DATE '2020-01-01'), (3, 'a/b', DATE '2020-01-01')) AS t(n, k, day)"
    )
    query = house.start("INSERT INTO parts SELECT 4, 'c', DATE '2020-01-02'")
    inserted = house.wait(query)
    values = house.ask("INSERT INTO parts (day, n) VALUES (DATE '2020-01-02', 5)")

    assert made.state == inserted["Status"]["State"] == values.state == "SUCCEEDED"
    assert house.athena.get_query_results(QueryExecutionId=query)["UpdateCount"] == 1
    assert sorted(row[0] for row in house.ask("SHOW PARTITIONS parts").rows) == [
        "k=__HIVE_DEFAULT_PARTITION__/day=2020-01-01",
        "k=__HIVE_DEFAULT_PARTITION__/day=2020-01-02",
        "k=a/b/day=2020-01-01",
        "k=c/day=2020-01-02",
    ]
    assert any(key.startswith("mine/k=a%2Fb/day=2020-01-01/") for key in keys(house, "mine/"))
    assert house.ask("SELECT n, k, day FROM parts ORDER BY n").rows == [
        ["1", "a/b", "2020-01-01"],
        ["2", None, "2020-01-01"],
        ["3", "a/b", "2020-01-01"],
        ["4", "c", "2020-01-02"],
        ["5", None, "2020-01-02"],
    ]
    again = house.ask(f"CREATE TABLE p2 WITH (external_location = '{location}') AS SELECT 1 AS a")
    assert again.reason.startswith("HIVE_PATH_ALREADY_EXISTS")


def test_inserting_keeps_the_tables_types_and_delimiters(house):
    house.ask(
        "CREATE EXTERNAL TABLE t (a bigint, b varchar(3), c double) ROW FORMAT DELIMITED "
        f"FIELDS TERMINATED BY '\\t' LOCATION 's3://{house.bucket}/t/'"
    )
    right = house.ask("INSERT INTO t VALUES (1, 'abc', 2), (2, NULL, NULL)")
    wrong = house.ask("INSERT INTO t SELECT 'x', 'y', 1")
    long = house.ask("INSERT INTO t (b) VALUES ('abcd')")
    unsafe = house.ask("INSERT INTO t (b) VALUES (chr(9))")

    assert right.state == "SUCCEEDED", right.reason
    assert house.ask("SELECT a, b, c FROM t ORDER BY a").rows == [
        ["1", "abc", "2.0"],
        ["2", None, None],
    ]
    assert wrong.reason.startswith("TYPE_MISMATCH: Insert query has mismatched column types")
    assert long.reason.startswith("INVALID_CAST_ARGUMENT")
    assert unsafe.reason.startswith("NOT_SUPPORTED")


def test_a_table_may_be_made_without_data(house):
    made = house.ask("CREATE TABLE empty AS SELECT 1 AS a WITH NO DATA")

    assert made.state == "SUCCEEDED", made.reason
    assert house.ask("SELECT a FROM empty").rows == []


def test_text_files_are_written_with_the_delimiter_that_is_asked_for(house):
    scalars = "SELECT 1 AS a, CAST(NULL AS varchar) AS b, 1.5e10 AS c, true AS d, 'é|x' AS e"
    made = house.ask(
        f"CREATE TABLE t WITH (format = 'TEXTFILE', field_delimiter = ';') AS {scalars}"
    )
    nested = house.ask("CREATE TABLE n WITH (format = 'TEXTFILE') AS SELECT ARRAY[1] AS a")
    to = f"s3://{house.bucket}/out/"
    unloaded = house.ask(
        f"UNLOAD ({scalars}) TO '{to}' "
        "WITH (format = 'TEXTFILE', field_delimiter = ',', compression = 'NONE')"
    )

    assert made.state == unloaded.state == "SUCCEEDED", (made.reason, unloaded.reason)
    assert house.ask("SELECT * FROM t").rows == [["1", None, "1.5E10", "true", "é|x"]]
    (key,) = keys(house, "out/")
    assert body(house, f"s3://{house.bucket}/{key}").decode() == "1,\\N,1.5E10,true,é|x\n"
    assert nested.reason.startswith("NOT_SUPPORTED")
    assert house.ask("SHOW TABLES").rows == [["t"]]


def test_two_queries_that_insert_into_a_new_partition_both_succeed(house):
    house.ask("CREATE TABLE p WITH (partitioned_by = ARRAY['k']) AS SELECT 0 AS n, 0 AS k")
    queries = [house.start(f"INSERT INTO p SELECT {n}, 1") for n in range(1, 5)]
    states = [house.wait(query)["Status"]["State"] for query in queries]

    assert states == ["SUCCEEDED"] * 4
    assert house.ask("SELECT sum(n), count(*) FROM p WHERE k = 1").rows == [["10", "4"]]


def test_unload_writes_files_of_the_format_that_is_asked_for(house):
    sql = "SELECT n, n % 2 AS odd FROM UNNEST(sequence(1, 3)) AS t(n)"
    to = f"s3://{house.bucket}/out"
    parquet = house.ask(f"UNLOAD ({sql}) TO '{to}/p/' WITH (format = 'PARQUET')")
    lines = house.ask(
        f"UNLOAD ({sql}) TO '{to}/j/' WITH (format = 'JSON', compression = 'none', "
        "partitioned_by = ARRAY['odd'])"
    )
    taken = house.ask(f"UNLOAD ({sql}) TO '{to}/p/' WITH (format = 'PARQUET')")

    assert parquet.state == lines.state == "SUCCEEDED", (parquet.reason, lines.reason)
    assert parquet.execution["SubstatementType"] == "UNLOAD"
    (key,) = keys(house, "out/p/")
    file = house.s3.get_object(Bucket=house.bucket, Key=key)["Body"].read()
    assert pq.read_table(io.BytesIO(file)).to_pydict() == {"n": [1, 2, 3], "odd": [1, 0, 1]}
    (even,) = keys(house, "out/j/odd=0/")
    assert json.loads(body(house, f"s3://{house.bucket}/{even}")) == {"n": 2}
    assert taken.reason.startswith("HIVE_PATH_ALREADY_EXISTS")


def test_a_workgroup_that_enforces_its_location_takes_no_external_location(house):
    name = house.database.replace("_", "-")
    house.athena.create_work_group(
        Name=name,
        Configuration={
            "ResultConfiguration": {"OutputLocation": f"s3://{house.bucket}/forced/"},
            "EnforceWorkGroupConfiguration": True,
        },
    )
    sql = f"CREATE TABLE x WITH (external_location = 's3://{house.bucket}/x/') AS SELECT 1 AS a"

    assert "centralized output location" in house.ask(sql, workgroup=name).reason
    assert house.ask("CREATE TABLE x AS SELECT 1 AS a", workgroup=name).state == "SUCCEEDED"
    assert keys(house, "forced/tables/")
