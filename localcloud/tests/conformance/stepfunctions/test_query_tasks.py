"""Athena's queries, waited for."""

from __future__ import annotations

import json

import pytest

from .machines import call, until

ENDLESS = "SELECT count(*) FROM " + ", ".join(
    f"UNNEST(sequence(1, 10000)) AS t{number}(n{number})" for number in range(4)
)


@pytest.fixture
def query(aws, unique):
    """A machine of one query."""
    bucket = aws.bucket(f"query-{unique}")

    def machine(sql, **state):
        location = {"OutputLocation": f"s3://{bucket}/results/"}
        return call(
            "athena:startQueryExecution.sync",
            {"QueryString": sql, "ResultConfiguration": location},
            **state,
        )

    return machine


def test_a_query_that_succeeds_answers_its_execution(aws, machines, query):
    execution = machines.output(query("SELECT 1 AS one"))["QueryExecution"]

    assert execution["Status"]["State"] == "SUCCEEDED"
    bucket, _, key = (
        execution["ResultConfiguration"]["OutputLocation"].removeprefix("s3://").partition("/")
    )
    body = aws.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    assert body == b'"one"\n"1"\n'


def test_a_query_that_fails_fails_the_task_with_its_execution_as_cause(machines, query):
    described = machines.run(query("SELECT * FROM nowhere_at_all"))

    assert (described["status"], described["error"]) == ("FAILED", "States.TaskFailed")
    execution = json.loads(described["cause"])["QueryExecution"]
    assert execution["Status"]["State"] == "FAILED"
    assert "nowhere_at_all" in execution["Status"]["StateChangeReason"]


def test_a_query_of_a_task_that_times_out_is_cancelled(aws, machines, query):
    definition = query(ENDLESS)
    definition["States"]["Call"]["TimeoutSeconds"] = 2

    described = machines.run(definition)

    assert described["error"] == "States.Timeout"
    submitted = [
        event["taskSubmittedEventDetails"]["output"]
        for event in machines.events(described["executionArn"])
        if event["type"] == "TaskSubmitted"
    ]
    name = json.loads(submitted[0])["QueryExecutionId"]
    athena = aws.client("athena")
    until(
        lambda: athena.get_query_execution(QueryExecutionId=name)["QueryExecution"]["Status"],
        lambda status: status["State"] == "CANCELLED",
    )
