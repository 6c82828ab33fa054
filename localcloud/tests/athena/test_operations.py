"""Operations of Athena's API around queries."""

from __future__ import annotations

import json
import time
import uuid

import pytest
from botocore.exceptions import ClientError
from conformance.athena.asking import DEADLINE_S, Lakehouse

ENDLESS = "SELECT count(*) FROM " + ", ".join(
    f"UNNEST(sequence(1, 10000)) AS t{index}(c{index})" for index in range(4)
)


@pytest.fixture
def house(cloud):
    return Lakehouse.make(cloud)


@pytest.fixture
def group(house):
    name = f"wg-{uuid.uuid4().hex[:8]}"
    house.athena.create_work_group(
        Name=name,
        Description="first",
        Configuration={
            "ResultConfiguration": {"OutputLocation": f"s3://{house.bucket}/forced/"},
            "EnforceWorkGroupConfiguration": True,
            "BytesScannedCutoffPerQuery": 10_000_000,
        },
    )
    return name


def state(house, query):
    found = house.athena.get_query_execution(QueryExecutionId=query)
    return found["QueryExecution"]["Status"]["State"]


def wait_until_running(house, query):
    deadline = time.monotonic() + DEADLINE_S
    while state(house, query) == "QUEUED" and time.monotonic() < deadline:
        time.sleep(0.01)
    assert state(house, query) == "RUNNING"


def refused(code, call, **request):
    with pytest.raises(ClientError) as raised:
        call(**request)
    assert raised.value.response["Error"]["Code"] == code
    return raised.value.response["Error"]["Message"]


def test_a_running_query_is_stopped_and_has_no_results(house):
    query = house.start(ENDLESS)
    wait_until_running(house, query)
    refused("InvalidRequestException", house.athena.get_query_results, QueryExecutionId=query)

    house.athena.stop_query_execution(QueryExecutionId=query)
    ended = house.wait(query)

    assert ended["Status"]["State"] == "CANCELLED"
    assert "AthenaError" not in ended["Status"]
    assert ended["Status"]["CompletionDateTime"] >= ended["Status"]["SubmissionDateTime"]
    message = refused(
        "InvalidRequestException", house.athena.get_query_results, QueryExecutionId=query
    )
    assert "CANCELLED" in message
    house.athena.stop_query_execution(QueryExecutionId=query)
    assert state(house, query) == "CANCELLED"


def test_executions_are_listed_by_workgroup_newest_first_and_paged(house, group):
    queries = [house.start(f"SELECT {index} AS i", workgroup=group) for index in range(3)]

    first = house.athena.list_query_executions(WorkGroup=group, MaxResults=2)
    second = house.athena.list_query_executions(WorkGroup=group, NextToken=first["NextToken"])

    assert first["QueryExecutionIds"] == [queries[2], queries[1]]
    assert second["QueryExecutionIds"] == [queries[0]]
    assert "NextToken" not in second


def test_a_batch_describes_what_exists_and_names_what_does_not(house):
    query = house.start("SELECT 1 AS one")
    house.wait(query)
    missing = str(uuid.uuid4())

    found = house.athena.batch_get_query_execution(QueryExecutionIds=[query, missing])

    assert [one["Query"] for one in found["QueryExecutions"]] == ["SELECT 1 AS one"]
    assert found["UnprocessedQueryExecutionIds"][0]["QueryExecutionId"] == missing


def test_results_are_read_from_the_file_where_they_lie(house):
    sql = "SELECT * FROM (VALUES ('a\n\"b\"', NULL, ''), ('é, è', '', NULL)) AS t(x, y, z)"
    query = house.start(sql)
    execution = house.wait(query)
    pages = house.athena.get_paginator("get_query_results").paginate(
        QueryExecutionId=query, PaginationConfig={"PageSize": 1}
    )
    rows = [row["Data"] for page in pages for row in page["ResultSet"]["Rows"]]
    key = execution["ResultConfiguration"]["OutputLocation"].split("/", 3)[3]
    house.s3.delete_object(Bucket=house.bucket, Key=key)

    assert [[cell.get("VarCharValue") for cell in row] for row in rows] == [
        ["x", "y", "z"],
        ['a\n"b"', None, ""],
        ["é, è", "", None],
    ]
    message = refused(
        "InvalidRequestException", house.athena.get_query_results, QueryExecutionId=query
    )
    assert message == "Could not find results"


def test_a_workgroup_is_updated_in_what_the_request_names_alone(house, group):
    house.athena.update_work_group(
        WorkGroup=group,
        ConfigurationUpdates={
            "EnforceWorkGroupConfiguration": False,
            "RemoveBytesScannedCutoffPerQuery": True,
            "ResultConfigurationUpdates": {"OutputLocation": f"s3://{house.bucket}/new/"},
        },
    )
    found = house.athena.get_work_group(WorkGroup=group)["WorkGroup"]
    house.athena.update_work_group(WorkGroup=group, State="DISABLED", Description="second")

    assert found["Description"] == "first"
    assert found["Configuration"]["EnforceWorkGroupConfiguration"] is False
    assert "BytesScannedCutoffPerQuery" not in found["Configuration"]
    assert found["Configuration"]["ResultConfiguration"] == {
        "OutputLocation": f"s3://{house.bucket}/new/"
    }
    message = refused(
        "InvalidRequestException",
        house.athena.start_query_execution,
        QueryString="SELECT 1",
        WorkGroup=group,
    )
    assert "disabled" in message


def test_a_workgroup_is_deleted_with_its_contents_only_when_asked(house, group):
    house.wait(house.start("SELECT 1 AS a", workgroup=group))
    delete = house.athena.delete_work_group

    assert "not empty" in refused("InvalidRequestException", delete, WorkGroup=group)
    delete(WorkGroup=group, RecursiveDeleteOption=True)
    assert "not found" in refused("InvalidRequestException", delete, WorkGroup=group)
    refused("InvalidRequestException", house.athena.get_work_group, WorkGroup=group)
    refused("InvalidRequestException", delete, WorkGroup="primary")


def test_named_queries_are_updated_and_deleted(house, group):
    query = house.athena.create_named_query(
        Name="one", Database=house.database, QueryString="SELECT 1", WorkGroup=group
    )["NamedQueryId"]

    house.athena.update_named_query(NamedQueryId=query, Name="two", QueryString="SELECT 2")
    found = house.athena.get_named_query(NamedQueryId=query)["NamedQuery"]
    house.athena.delete_named_query(NamedQueryId=query)

    assert (found["Name"], found["QueryString"]) == ("two", "SELECT 2")
    assert house.athena.list_named_queries(WorkGroup=group)["NamedQueryIds"] == []
    refused("InvalidRequestException", house.athena.get_named_query, NamedQueryId=query)


def test_prepared_statements_are_kept_by_workgroup(house, group):
    athena = house.athena
    for workgroup, sql in ((group, "SELECT ? AS a"), ("primary", "SELECT ? + 1 AS a")):
        athena.create_prepared_statement(
            StatementName=f"s_{house.database}", WorkGroup=workgroup, QueryStatement=sql
        )
    named = {"StatementName": f"s_{house.database}", "WorkGroup": group}
    execute = f"EXECUTE {named['StatementName']}"

    assert house.ask(f"{execute} USING 2", workgroup=group).rows == [["2"]]
    assert house.ask(execute, parameters=["2"]).rows == [["3"]]
    assert "Incorrect number of parameters" in house.ask(execute).reason
    athena.update_prepared_statement(**named, QueryStatement="SELECT ? * 10 AS a, ? AS b")
    found = athena.get_prepared_statement(**named)["PreparedStatement"]
    assert found["QueryStatement"] == "SELECT ? * 10 AS a, ? AS b"
    answer = house.ask(f"{execute} USING 2, 'a, (b'", workgroup=group)
    assert answer.rows == [["20", "a, (b"]], answer.reason
    listed = athena.list_prepared_statements(WorkGroup=group)["PreparedStatements"]
    assert [one["StatementName"] for one in listed] == [named["StatementName"]]
    athena.delete_prepared_statement(**named)
    refused("ResourceNotFoundException", athena.get_prepared_statement, **named)
    refused("ResourceNotFoundException", athena.delete_prepared_statement, **named)
    refused(
        "ResourceNotFoundException", athena.update_prepared_statement, **named, QueryStatement="x"
    )
    assert "was not found" in house.ask(execute, workgroup=group).reason


def test_statements_are_prepared_and_forgotten_in_sql(house, group):
    house.ask("CREATE TABLE t AS SELECT 1 AS n", workgroup="primary")
    made = house.ask("PREPARE add_one FROM INSERT INTO t SELECT ?", workgroup=group)
    inserted = house.ask("EXECUTE add_one USING 7", workgroup=group)

    assert made.state == inserted.state == "SUCCEEDED", (made.reason, inserted.reason)
    assert house.ask("SELECT n FROM t ORDER BY n").rows == [["1"], ["7"]]
    injected = house.ask("EXECUTE add_one USING (SELECT 1)", workgroup=group)
    assert injected.reason.startswith("INVALID_PARAMETER_USAGE")
    assert house.ask("PREPARE s FROM DROP TABLE t", workgroup=group).state == "FAILED"
    assert house.ask("DEALLOCATE PREPARE add_one", workgroup=group).state == "SUCCEEDED"
    assert "was not found" in house.ask("DEALLOCATE PREPARE add_one", workgroup=group).reason


def test_metadata_is_that_of_the_catalog(house):
    house.ask(
        "CREATE EXTERNAL TABLE t (a int COMMENT 'x') PARTITIONED BY (day date) "
        f"LOCATION 's3://{house.bucket}/t/'"
    )
    where = {"CatalogName": "AwsDataCatalog", "DatabaseName": house.database}

    tables = house.athena.list_table_metadata(**where)["TableMetadataList"]
    pages = house.athena.get_paginator("list_databases").paginate(CatalogName="AwsDataCatalog")

    assert tables == [house.athena.get_table_metadata(**where, TableName="t")["TableMetadata"]]
    assert tables[0]["Columns"] == [{"Name": "a", "Type": "int", "Comment": "x"}]
    assert tables[0]["PartitionKeys"] == [{"Name": "day", "Type": "date"}]
    assert house.database in [one["Name"] for page in pages for one in page["DatabaseList"]]
    refused("MetadataException", house.athena.get_table_metadata, **where, TableName="missing")
    refused(
        "MetadataException",
        house.athena.get_database,
        CatalogName="AwsDataCatalog",
        DatabaseName="missing",
    )


def test_a_stack_updates_its_workgroup_in_place(house, cloud, eventually):
    stacks, name = cloud.client("cloudformation"), f"wg-{uuid.uuid4().hex[:8]}"

    def template(limit):
        configuration = {"BytesScannedCutoffPerQuery": limit} if limit else {}
        properties = {"Name": name, "WorkGroupConfiguration": configuration}
        group = {"Type": "AWS::Athena::WorkGroup", "Properties": properties}
        return json.dumps({"Resources": {"Group": group}})

    def status():
        return stacks.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]

    def limit():
        found = house.athena.get_work_group(WorkGroup=name)["WorkGroup"]
        return found["Configuration"].get("BytesScannedCutoffPerQuery")

    stacks.create_stack(StackName=name, TemplateBody=template(20_000_000))
    assert eventually(lambda: status() == "CREATE_COMPLETE")
    assert limit() == 20_000_000
    stacks.update_stack(StackName=name, TemplateBody=template(None))
    assert eventually(lambda: status() == "UPDATE_COMPLETE")
    assert limit() is None
