from __future__ import annotations

import pytest
from conformance.athena.asking import Lakehouse

LAZY = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"


@pytest.fixture
def house(cloud):
    house = Lakehouse.make(cloud)
    house.table("t", [("a", "bigint")], LAZY, partitions=[("day", "date")])
    house.partition("t", ["2020-01-02"], "t/day=2020-01-02/")
    house.ask("CREATE VIEW v AS SELECT a FROM t")
    return house


def test_show_lists_databases_tables_views_columns_and_partitions(house):
    assert [house.database] in house.ask("SHOW DATABASES").rows
    assert house.ask("SHOW TABLES").rows == [["t"], ["v"]]
    assert house.ask(f"SHOW TABLES IN {house.database} 't*'").rows == [["t"]]
    assert house.ask("SHOW VIEWS").rows == [["v"]]
    assert house.ask("SHOW PARTITIONS t").rows == [["day=2020-01-02"]]
    assert [row[0].strip() for row in house.ask("SHOW COLUMNS IN t").rows] == ["a", "day"]
    assert house.ask("DESCRIBE t").rows[0][0].split() == ["a", "bigint"]


def test_a_database_keeps_its_comment_location_and_properties(house):
    name = f"{house.database}_kept"
    made = house.ask(
        f"CREATE DATABASE IF NOT EXISTS `{name}` COMMENT 'ours' "
        f"LOCATION 's3://{house.bucket}/x/' WITH DBPROPERTIES ('by' = 'us')"
    )
    found = house.glue.get_database(Name=name)["Database"]

    assert made.state == "SUCCEEDED", made.reason
    assert (found["Description"], found["Parameters"]) == ("ours", {"by": "us"})
    assert found["LocationUri"] == f"s3://{house.bucket}/x/"


def test_show_answers_the_properties_of_a_table(house):
    house.ask("ALTER TABLE t SET TBLPROPERTIES ('a' = 'b')")

    assert ["a\tb"] in house.ask("SHOW TBLPROPERTIES t").rows


def test_names_in_backticks_may_hold_what_bare_names_may_not(house):
    house.ask(f"CREATE EXTERNAL TABLE `a-b` (`c d` int) LOCATION 's3://{house.bucket}/ab/'")
    house.put("ab/x", b"1\n")

    assert house.ask('SELECT "c d" FROM "a-b"').rows == [["1"]]
    assert house.ask("DESCRIBE `a-b`").rows[0][0].startswith("c d")
    assert house.ask(f"SHOW CREATE TABLE `{house.database}.a-b`").state == "SUCCEEDED"
    assert house.ask(f"SHOW COLUMNS IN `{house.database}`.`a-b`").rows[0][0].strip() == "c d"
    assert house.ask("DROP TABLE `a-b`").state == "SUCCEEDED"
    assert house.ask("SHOW TABLES").rows == [["t"], ["v"]]


def test_information_schema_shows_the_catalog(house):
    where = f"WHERE table_schema = '{house.database}'"
    columns = house.ask(
        "SELECT table_name, column_name, data_type FROM "
        f"information_schema.columns {where} ORDER BY 1, 2"
    )

    assert columns.rows == [["t", "a", "bigint"], ["t", "day", "date"], ["v", "a", "bigint"]]
    assert house.ask(
        f"SELECT table_name, table_type FROM information_schema.tables {where} ORDER BY 1"
    ).rows == [["t", "BASE TABLE"], ["v", "VIEW"]]


def test_databases_and_tables_are_made_and_dropped(house):
    name = f"{house.database}_more"

    assert house.ask(f"CREATE DATABASE {name}").state == "SUCCEEDED"
    assert "already exists" in house.ask(f"CREATE DATABASE {name}").reason
    assert house.ask(f"DROP DATABASE {name}").state == "SUCCEEDED"
    assert house.ask("DROP TABLE t").state == "SUCCEEDED"
    assert house.ask("SELECT a FROM v").reason.startswith("INVALID_VIEW")


@pytest.mark.parametrize("sql", ["DELETE FROM t", "EXPLAIN SELECT 1", "MERGE INTO t", "VACUUM t"])
def test_statements_that_are_not_done_here_are_refused_by_name(house, sql):
    assert house.ask(sql).reason.startswith("NOT_SUPPORTED")


def test_execution_parameters_stand_for_the_question_marks(house):
    sql = "SELECT ? AS a, '?' AS b, x FROM (VALUES 1, 2) AS t(x) WHERE x > ?"

    answer = house.ask(sql, parameters=["'it''s'", "1"])
    injected = house.ask(sql, parameters=["1", "1 OR true"])
    missing = house.ask(sql)

    assert answer.rows == [["it's", "?", "2"]]
    assert injected.reason.startswith("INVALID_PARAMETER_USAGE")
    assert missing.reason.startswith("INVALID_PARAMETER_USAGE: Incorrect number of parameters")
