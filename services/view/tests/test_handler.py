from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from millrace_contracts import ViewsReady
from millrace_contracts.state.dynamodb import DynamoRunState
from millrace_view import handler as edge
from millrace_view.errors import QueryUnfinished, SqlRejected, TableNotReady

EVENT = json.loads((Path(__file__).parent / "events" / "view_request.json").read_text())
INDEXED = ("pk", "sk", "gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk")


@dataclass
class Context:
    function_name: str = "millrace-local-view"
    memory_limit_in_mb: int = 256
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:view"
    aws_request_id: str = "request"

    def get_remaining_time_in_millis(self):
        return 300_000


def _key(prefix):
    return [
        {"AttributeName": f"{prefix}pk", "KeyType": "HASH"},
        {"AttributeName": f"{prefix}sk", "KeyType": "RANGE"},
    ]


def _create_table():
    boto3.client("dynamodb").create_table(
        TableName="state",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in INDEXED],
        KeySchema=_key(""),
        GlobalSecondaryIndexes=[
            {
                "IndexName": index,
                "KeySchema": _key(index),
                "Projection": {"ProjectionType": "ALL"},
            }
            for index in ("gsi1", "gsi2")
        ],
    )


@pytest.fixture
def cloud(monkeypatch):
    settings = {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "ARTIFACTS_BUCKET": "artifacts",
        "STATE_URL": "dynamodb://state",
        "WORKGROUP": "millrace-local",
        "REFINED_CRAWLER": "millrace-local-refined",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    edge._use_case.cache_clear()
    with mock_aws():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="artifacts")
        boto3.client("athena").create_work_group(
            Name="millrace-local",
            Configuration={"ResultConfiguration": {"OutputLocation": "s3://artifacts/athena/"}},
        )
        _create_table()
        glue = boto3.client("glue")
        glue.create_database(DatabaseInput={"Name": "refined"})
        columns = [{"Name": "origin", "Type": "string"}]
        glue.create_table(
            DatabaseName="refined",
            TableInput={"Name": "flights", "StorageDescriptor": {"Columns": columns}},
        )

        def deploy(name, sql):
            key = f"datasets/flights/views/{name}.sql"
            s3.put_object(Bucket="artifacts", Key=key, Body=sql.encode())

        yield deploy
    edge._use_case.cache_clear()


def test_every_view_reaches_athena_in_order(cloud):
    cloud("busiest", "select origin from daily")
    cloud("daily", "select origin from refined.flights")

    ready = ViewsReady.model_validate(edge.handler(EVENT, Context()))

    assert ready.views == ("daily", "busiest")
    athena = boto3.client("athena")
    ids = athena.list_query_executions(WorkGroup="millrace-local")["QueryExecutionIds"]
    asked = [athena.get_query_execution(QueryExecutionId=i)["QueryExecution"]["Query"] for i in ids]
    assert sorted(query.splitlines()[0] for query in asked) == [
        'CREATE OR REPLACE VIEW "refined"."busiest" AS',
        'CREATE OR REPLACE VIEW "refined"."daily" AS',
    ]
    kept = boto3.client("s3").get_object(Bucket="artifacts", Key="views/registry.json")
    assert set(json.loads(kept["Body"].read())) == {"busiest", "daily"}
    state = DynamoRunState(boto3.resource("dynamodb").Table("state"))
    assert state.stages(EVENT["run_id"])[0].numbers == {"views": 2}


def test_no_views_is_an_answer(cloud):
    assert edge.handler(EVENT, Context())["views"] == []


def test_a_malformed_view_is_terminal_and_named(cloud):
    cloud("daily", "drop table refined.flights")

    with pytest.raises(Exception, match=r"ViewMalformed: .*daily\.sql") as caught:
        edge.handler(EVENT, Context())
    assert type(caught.value).__name__ == "TerminalError"


def test_a_malformed_request_is_terminal(cloud):
    with pytest.raises(Exception, match="dataset") as caught:
        edge.handler({"dataset": 'x"; drop', "run_id": "r1"}, Context())
    assert type(caught.value).__name__ == "TerminalError"


@pytest.mark.parametrize(
    ("raised", "name"),
    [
        (TableNotReady("refined.flights"), "TableNotReady"),
        (QueryUnfinished("slow"), "TransientError"),
        (SqlRejected("line 1"), "TerminalError"),
    ],
)
def test_errors_reach_the_state_machine_under_three_names_only(raised, name):
    with pytest.raises(Exception, match=str(raised)) as caught, edge._state_errors():
        raise raised
    assert type(caught.value).__name__ == name
