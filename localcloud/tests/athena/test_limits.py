"""Where the local cloud knowingly differs from Athena, as LIMITS.md lists it."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from conformance.athena.asking import Lakehouse


@pytest.fixture
def house(cloud):
    return Lakehouse.make(cloud)


@pytest.mark.parametrize(
    "sql",
    [
        "EXPLAIN SELECT 1",
        "MERGE INTO t USING s ON t.a = s.a",
        "DELETE FROM t",
        "OPTIMIZE t REWRITE DATA",
        "WITH RECURSIVE t(n) AS (SELECT 1) SELECT * FROM t",
        "SELECT * FROM (VALUES 1) AS t(a) TABLESAMPLE BERNOULLI (50)",
        "SELECT word_stem('running')",
        "SELECT array_sort(ARRAY[2, 1], (x, y) -> 1)",
        "SELECT from_unixtime(0) FROM (VALUES 1) MATCH_RECOGNIZE (PATTERN (a))",
        "SELECT random()",
        "SELECT a FROM (VALUES ARRAY[1]) AS t(a) ORDER BY a",
        "SELECT MAP(ARRAY[1], ARRAY[timestamp '2020-01-01 00:00:00 UTC'])",
        "SELECT CAST('x' AS char(3))",
    ],
)
def test_what_is_not_done_here_is_refused_by_name(house, sql):
    assert house.ask(sql).reason.startswith("NOT_SUPPORTED: "), sql


@pytest.mark.parametrize("stored_as", ["ORC", "AVRO"])
def test_files_of_other_formats_are_declared_but_not_read(house, stored_as):
    house.put("t/a", b"x")
    location = f"LOCATION 's3://{house.bucket}/t/'"

    made = house.ask(f"CREATE EXTERNAL TABLE t (a int) STORED AS {stored_as} {location}")

    assert made.state == "SUCCEEDED", made.reason
    assert house.ask("SELECT a FROM t").reason.startswith("NOT_SUPPORTED: the local cloud")
    assert house.ask("INSERT INTO t SELECT 1").reason.startswith("NOT_SUPPORTED: the local cloud")


@pytest.mark.parametrize(
    "serde",
    ["org.apache.hadoop.hive.serde2.OpenCSVSerde", "org.openx.data.jsonserde.JsonSerDe"],
)
def test_nothing_is_inserted_by_these_serdes(house, serde):
    house.ask(
        f"CREATE EXTERNAL TABLE t (a string) ROW FORMAT SERDE '{serde}' "
        f"LOCATION 's3://{house.bucket}/t/'"
    )

    assert house.ask("INSERT INTO t SELECT 'x'").reason.startswith("NOT_SUPPORTED: the local cloud")


def test_a_result_has_no_metadata_file_beside_it(house):
    answer = house.ask("SELECT 1 AS one")
    found = house.s3.list_objects_v2(Bucket=house.bucket, Prefix="results/")["Contents"]

    assert [one["Key"] for one in found] == [answer.output.split("/", 3)[3]]


def test_approximate_aggregates_are_exact(house):
    answer = house.ask(
        "SELECT approx_distinct(n) AS d, approx_percentile(n, 0.5) AS p "
        "FROM UNNEST(sequence(1, 10000)) AS t(n)"
    )

    assert answer.rows == [["10000", "5001"]]


def test_runtime_statistics_are_refused(house):
    query = house.start("SELECT 1 AS one")
    with pytest.raises(ClientError, match="does not support GetQueryRuntimeStatistics"):
        house.athena.get_query_runtime_statistics(QueryExecutionId=query)
