"""What Athena may answer; the SDK's own stubber answers in its place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.stub import Stubber

from millrace_view.adapters.athena import AthenaWarehouse
from millrace_view.errors import (
    CallFailed,
    CallRefused,
    QueryUnfinished,
    SqlRejected,
    TableNotReady,
)
from millrace_view.views import read_view

NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)
FILE = "datasets/flights/views/daily.sql"
VIEW = read_view("daily", FILE, "select origin\nfrom refined.flights")
STARTED = {
    "QueryString": 'CREATE OR REPLACE VIEW "refined"."daily" AS\n' + VIEW.select,
    "QueryExecutionContext": {"Database": "refined"},
    "WorkGroup": "millrace-local",
}
NO_TABLE = "TABLE_NOT_FOUND: line 3:6: Table 'awsdatacatalog.refined.flights' does not exist"


class Bench:
    def __init__(self, stub, client):
        self.stub = stub
        self.moment = NOON
        self.waits = []
        self.warehouse = AthenaWarehouse(client, "millrace-local", lambda: self.moment, self._wait)

    def _wait(self, seconds):
        self.waits.append(seconds)
        self.moment += timedelta(seconds=seconds)

    def starts(self):
        self.stub.add_response("start_query_execution", {"QueryExecutionId": "q1"}, STARTED)

    def answers(self, state, **status):
        execution = {"QueryExecution": {"Status": {"State": state} | status}}
        self.stub.add_response("get_query_execution", execution, {"QueryExecutionId": "q1"})

    def create(self):
        self.warehouse.create(VIEW, NOON + timedelta(seconds=10))
        self.stub.assert_no_pending_responses()


@pytest.fixture
def bench():
    client = boto3.client(
        "athena", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
    )
    with Stubber(client) as stub:
        yield Bench(stub, client)


def test_a_query_is_awaited_with_growing_pauses(bench):
    bench.starts()
    for state in ("QUEUED", "RUNNING", "RUNNING", "SUCCEEDED"):
        bench.answers(state)

    bench.create()

    assert bench.waits == sorted(bench.waits)
    assert len(bench.waits) == 3
    assert bench.waits[0] < 0.1


@pytest.mark.parametrize(
    ("reason", "error", "told"),
    [
        (NO_TABLE, TableNotReady, rf"{FILE}, line 2, column 6: TABLE_NOT_FOUND"),
        (
            "COLUMN_NOT_FOUND: line 2:8: Column 'origin' cannot be resolved",
            SqlRejected,
            rf"{FILE}, line 1, column 8: COLUMN_NOT_FOUND",
        ),
        ("GENERIC_INTERNAL_ERROR: Rate exceeded", QueryUnfinished, "Rate exceeded"),
    ],
)
def test_a_failed_query_says_whether_to_retry_and_where_the_fault_is(bench, reason, error, told):
    bench.starts()
    bench.answers("FAILED", StateChangeReason=reason, AthenaError={"ErrorCategory": 2})

    with pytest.raises(error, match=told):
        bench.create()


def test_a_fault_of_athena_itself_is_transient(bench):
    bench.starts()
    bench.answers("FAILED", StateChangeReason="INTERNAL", AthenaError={"ErrorCategory": 1})

    with pytest.raises(QueryUnfinished):
        bench.create()


def test_a_cancelled_query_is_transient(bench):
    bench.starts()
    bench.answers("CANCELLED", StateChangeReason="by a person")

    with pytest.raises(QueryUnfinished, match="by a person"):
        bench.create()


def test_a_query_is_stopped_at_the_deadline(bench):
    bench.starts()
    bench.answers("RUNNING")
    bench.moment += timedelta(seconds=10)
    bench.stub.add_response("stop_query_execution", {}, {"QueryExecutionId": "q1"})

    with pytest.raises(QueryUnfinished, match="RUNNING at the deadline"):
        bench.create()
    bench.stub.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("code", "message", "error"),
    [
        ("InvalidRequestException", "line 2:1: mismatched input 'selct'", SqlRejected),
        ("TooManyRequestsException", "slow down", CallFailed),
        ("ThrottlingException", "slow down", CallFailed),
        ("AccessDeniedException", "no", CallRefused),
    ],
)
def test_a_query_that_does_not_start_says_whether_to_retry(bench, code, message, error):
    bench.stub.add_client_error("start_query_execution", code, message)

    with pytest.raises(error):
        bench.create()


def test_a_view_is_dropped_by_its_quoted_name_though_it_may_be_gone(bench):
    asked = STARTED | {"QueryString": 'DROP VIEW IF EXISTS "refined"."daily"'}
    bench.stub.add_response("start_query_execution", {"QueryExecutionId": "q1"}, asked)
    bench.answers("SUCCEEDED")

    bench.warehouse.drop("daily", NOON + timedelta(seconds=10))

    bench.stub.assert_no_pending_responses()


def test_a_table_in_place_of_a_view_is_not_dropped_and_named(bench):
    bench.stub.add_response("start_query_execution", {"QueryExecutionId": "q1"})
    bench.answers("FAILED", StateChangeReason="daily is a table", AthenaError={"ErrorCategory": 2})

    with pytest.raises(SqlRejected, match=r"dropping refined\.daily: daily is a table"):
        bench.warehouse.drop("daily", NOON + timedelta(seconds=10))
