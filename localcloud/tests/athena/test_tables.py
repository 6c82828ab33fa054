"""Tables that are declared, written and repaired by statements."""

from __future__ import annotations

import io
import json

import pyarrow.parquet as pq
import pytest
from conformance.athena.asking import Lakehouse


@pytest.fixture
def house(cloud):
    return Lakehouse.make(cloud)


def make_csv(house, name="flights", header=True):
    house.put(f"{name}/a.csv", b"carrier,delay\nUA,12\nAA,\n" if header else b"UA,12\nAA,\n")
    return house.ask(
        f"""CREATE EXTERNAL TABLE IF NOT EXISTS `{name}` (
              `carrier` string COMMENT 'two letters', -- the airline's
              delay int)
            ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' ESCAPED BY '\\\\'
            STORED AS TEXTFILE
            LOCATION 's3://{house.bucket}/{name}/'
            TBLPROPERTIES ('skip.header.line.count'='1', 'made by' = "us")"""
    )


def keys(house, prefix):
    found = house.s3.list_objects_v2(Bucket=house.bucket, Prefix=prefix).get("Contents", [])
    return [one["Key"] for one in found]


def body(house, location):
    key = location.removeprefix(f"s3://{house.bucket}/")
    return house.s3.get_object(Bucket=house.bucket, Key=key)["Body"].read()


def test_an_external_table_is_stored_as_athena_stores_it_and_read(house):
    made = make_csv(house)
    stored = house.glue.get_table(DatabaseName=house.database, Name="flights")["Table"]

    assert made.state == "SUCCEEDED", made.reason
    assert made.execution["StatementType"] == "DDL"
    assert house.ask("SELECT carrier, delay FROM flights ORDER BY 1").rows == [
        ["AA", None],
        ["UA", "12"],
    ]
    assert stored["TableType"] == "EXTERNAL_TABLE"
    assert stored["Parameters"]["EXTERNAL"] == "TRUE" and stored["Parameters"]["made by"] == "us"
    assert stored["StorageDescriptor"]["Columns"][0]["Comment"] == "two letters"
    assert stored["StorageDescriptor"]["SerdeInfo"] == {
        "SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
        "Parameters": {"field.delim": ",", "serialization.format": ",", "escape.delim": "\\"},
    }
    assert make_csv(house).state == "SUCCEEDED"


def test_show_create_table_answers_a_statement_that_makes_the_table_again(house):
    make_csv(house)
    house.ask("ALTER TABLE flights SET TBLPROPERTIES ('note' = 'it''s')")
    ddl = "\n".join(row[0] for row in house.ask("SHOW CREATE TABLE flights").rows)

    assert house.ask("DROP TABLE flights").state == "SUCCEEDED"
    made = house.ask(ddl)
    again = "\n".join(row[0] for row in house.ask("SHOW CREATE TABLE flights").rows)

    def without_time(text):
        return [line for line in text.splitlines() if "transient_lastDdlTime" not in line]

    assert made.state == "SUCCEEDED", made.reason
    assert without_time(again) == without_time(ddl)
    assert house.ask("SELECT count(*) FROM flights").rows == [["2"]]


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("CREATE EXTERNAL TABLE x (a int)", "SEMANTIC_ERROR: No location"),
        ("CREATE EXTERNAL TABLE x (a what) LOCATION 's3://b/x/'", "NOT_SUPPORTED"),
        ("CREATE EXTERNAL TABLE x (a int, a int) LOCATION 's3://b/x/'", "SEMANTIC_ERROR: Dup"),
        ("CREATE EXTERNAL TABLE x (a int) LOCATION '/etc/'", "INVALID_TABLE_PROPERTY"),
        ("CREATE EXTERNAL TABLE x (a int) STORED AS ION LOCATION 's3://b/'", "NOT_SUPPORTED"),
        ("CREATE EXTERNAL TABLE x a int", "SYNTAX_ERROR: line 1:25: mismatched input 'a'"),
        ("CREATE TABLE x (a int) LOCATION 's3://b/x/'", "SYNTAX_ERROR"),
        (
            "CREATE EXTERNAL TABLE x (a int) LOCATION 's3://b/x/' "
            "TBLPROPERTIES ('table_type'='ICEBERG')",
            "NOT_SUPPORTED",
        ),
        ("EXPLAIN SELECT 1", "NOT_SUPPORTED: the local cloud does not support EXPLAIN"),
        ("CREATE TABLE x WITH (bucketed_by = ARRAY['a']) AS SELECT 1 a", "NOT_SUPPORTED"),
        ("CREATE TABLE x WITH (format = 'ORC') AS SELECT 1 a", "NOT_SUPPORTED"),
        ("CREATE TABLE x WITH (formatt = 'ORC') AS SELECT 1 a", "INVALID_TABLE_PROPERTY"),
        ("CREATE TABLE x AS SELECT 1", "MISSING_COLUMN_NAME"),
        ("CREATE TABLE x AS SELECT NULL a", "COLUMN_TYPE_UNKNOWN"),
        ("CREATE TABLE x AS SELECT now() a", "NOT_SUPPORTED: Unsupported Hive type"),
        ("CREATE TABLE x AS SELECT ROW(1) a", "NOT_SUPPORTED: Anonymous row type"),
        (
            "CREATE TABLE x WITH (partitioned_by = ARRAY['a']) AS SELECT 1 a, 2 b",
            "HIVE_COLUMN_ORDER_MISMATCH",
        ),
        (
            "CREATE TABLE x WITH (partitioned_by = ARRAY['b']) AS "
            "SELECT 1 a, b FROM UNNEST(sequence(1, 101)) AS t(b)",
            "HIVE_TOO_MANY_OPEN_PARTITIONS",
        ),
        ("UNLOAD (SELECT 1 a) TO 's3://b/x/' WITH (compression = 'gzip')", "INVALID_TABLE_PROP"),
        ("UNLOAD (SELECT 1 a TO 's3://b/x/' WITH (format = 'JSON')", "SYNTAX_ERROR"),
    ],
)
def test_what_cannot_be_declared_or_written_ends_the_query(house, sql, reason):
    answer = house.ask(sql)

    assert answer.reason.startswith(reason), answer.reason
    assert house.ask("SHOW TABLES").rows == []


def test_partitions_are_added_and_dropped_by_statements(house):
    house.put("days/day=1/hour=a/x.json", b'{"n": 1}\n')
    house.put("elsewhere/x.json", b'{"n": 2}\n')
    house.ask(
        "CREATE EXTERNAL TABLE days (n bigint) PARTITIONED BY (day int, hour string) "
        "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' "
        f"WITH SERDEPROPERTIES ('ignore.malformed.json' = 'true') "
        f"LOCATION 's3://{house.bucket}/days/'"
    )
    added = house.ask(
        "ALTER TABLE days ADD IF NOT EXISTS PARTITION (day = 1, hour = 'a') "
        f"PARTITION (day = 2, hour = 'b') LOCATION 's3://{house.bucket}/elsewhere'"
    )

    assert added.state == "SUCCEEDED", added.reason
    assert house.ask("SELECT n, day, hour FROM days ORDER BY 1").rows == [
        ["1", "1", "a"],
        ["2", "2", "b"],
    ]
    twice = house.ask("ALTER TABLE days ADD PARTITION (day = 1, hour = 'a')")
    assert "already exists" in twice.reason
    assert "all (2) partition columns" in house.ask("ALTER TABLE days ADD PARTITION (day=1)").reason
    assert house.ask("ALTER TABLE days DROP PARTITION (day = 2)").state == "SUCCEEDED"
    assert house.ask("SHOW PARTITIONS days").rows == [["day=1/hour=a"]]
    assert "not found" in house.ask("ALTER TABLE days DROP PARTITION (day = 2)").reason
    assert house.ask("ALTER TABLE days DROP IF EXISTS PARTITION (day = 2)").state == "SUCCEEDED"


def test_repair_registers_folders_whose_names_are_lower_case(house):
    for folder in ("day=2020-01-01", "day=a%3Ab", "Day=no", "other=1"):
        house.put(f"days/{folder}/x.csv", b"1\n")
    house.ask(
        "CREATE EXTERNAL TABLE days (n int) PARTITIONED BY (day string) "
        f"LOCATION 's3://{house.bucket}/days/'"
    )

    repaired = house.ask("MSCK REPAIR TABLE days")
    again = house.ask("MSCK REPAIR TABLE days")

    assert "Repair: Added partition to metastore days:day=2020-01-01" in [
        row[0] for row in repaired.rows
    ]
    assert house.ask("SELECT n, day FROM days ORDER BY day").rows == [
        ["1", "2020-01-01"],
        ["1", "a:b"],
    ]
    assert again.rows == []


def test_added_columns_are_null_in_old_files(house):
    make_csv(house)

    added = house.ask("ALTER TABLE flights ADD COLUMNS (note string COMMENT 'more', d date)")

    assert added.state == "SUCCEEDED", added.reason
    assert house.ask("SELECT carrier, note, d FROM flights ORDER BY 1").rows == [
        ["AA", None, None],
        ["UA", None, None],
    ]
    assert "Duplicate column" in house.ask("ALTER TABLE flights ADD COLUMNS (note int)").reason


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


def test_partition_projection_is_refused_by_name(house):
    make_csv(house)
    house.ask("ALTER TABLE flights SET TBLPROPERTIES ('projection.enabled' = 'true')")

    assert "partition projection" in house.ask("SELECT * FROM flights").reason
