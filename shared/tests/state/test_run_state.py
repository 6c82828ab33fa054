from __future__ import annotations

import boto3
import pytest
from moto import mock_aws
from run_state_contract import RunStateContract

from millrace_contracts.state import MemoryRunState
from millrace_contracts.state.dynamodb import DynamoRunState
from millrace_contracts.state.postgres import PostgresRunState

INDEXED = ("pk", "sk", "gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk")


def _key(prefix: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": f"{prefix}pk", "KeyType": "HASH"},
        {"AttributeName": f"{prefix}sk", "KeyType": "RANGE"},
    ]


class TestMemoryRunState(RunStateContract):
    @pytest.fixture
    def state(self):
        return MemoryRunState()


class TestDynamoRunState(RunStateContract):
    @pytest.fixture
    def state(self, monkeypatch):
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "testing")
        with mock_aws():
            resource = boto3.resource("dynamodb", region_name="us-east-1")
            table = resource.create_table(
                TableName="state",
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[
                    {"AttributeName": name, "AttributeType": "S"} for name in INDEXED
                ],
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
            yield DynamoRunState(table)


class TestPostgresRunState(RunStateContract):
    @pytest.fixture
    def state(self, postgres):
        return PostgresRunState(postgres)
