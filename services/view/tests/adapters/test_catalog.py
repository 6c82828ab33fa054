"""What the catalog answers: tables by moto, crawls by the SDK's own stubber."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from millrace_view.adapters.glue import GlueCatalog
from millrace_view.errors import CallFailed
from millrace_view.parsing import Source

NOON = datetime(2024, 2, 29, 12, 0, 0, 400_000, tzinfo=UTC)
CRAWLER = "millrace-local-refined"


@pytest.fixture
def client():
    return boto3.client(
        "glue", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
    )


def test_columns_of_a_table_are_its_own_and_those_it_is_partitioned_by(client):
    with mock_aws():
        client.create_database(DatabaseInput={"Name": "refined"})
        table = {
            "Name": "flights",
            "StorageDescriptor": {"Columns": [{"Name": "origin", "Type": "string"}]},
            "PartitionKeys": [{"Name": "month", "Type": "int"}],
        }
        client.create_table(DatabaseName="refined", TableInput=table)
        catalog = GlueCatalog(client, CRAWLER)

        assert catalog.columns(Source("refined", "flights")) == (
            ("origin", "string"),
            ("month", "int"),
        )
        assert catalog.columns(Source("refined", "planes")) is None
        assert catalog.columns(Source("nowhere", "planes")) is None


@pytest.mark.parametrize(
    ("last", "told"),
    [
        ({}, False),
        ({"StartTime": NOON - timedelta(seconds=1), "Status": "SUCCEEDED"}, False),
        ({"StartTime": NOON.replace(microsecond=0), "Status": "SUCCEEDED"}, True),
        ({"StartTime": NOON + timedelta(seconds=1), "Status": "SUCCEEDED"}, True),
        ({"StartTime": NOON + timedelta(seconds=1), "Status": "FAILED"}, False),
    ],
)
def test_a_crawl_counts_when_it_began_late_enough_and_succeeded(client, last, told):
    with Stubber(client) as stub:
        stub.add_response("get_crawler", {"Crawler": {"LastCrawl": last}}, {"Name": CRAWLER})

        assert GlueCatalog(client, CRAWLER).crawled_since(NOON) is told


def test_a_throttled_catalog_is_transient(client):
    with Stubber(client) as stub:
        stub.add_client_error("get_table", "ThrottlingException")
        with pytest.raises(CallFailed):
            GlueCatalog(client, CRAWLER).columns(Source("refined", "flights"))
