"""Tables that are declared, written and repaired by statements."""

from __future__ import annotations

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


def test_partition_projection_is_refused_by_name(house):
    make_csv(house)
    house.ask("ALTER TABLE flights SET TBLPROPERTIES ('projection.enabled' = 'true')")

    assert "partition projection" in house.ask("SELECT * FROM flights").reason
