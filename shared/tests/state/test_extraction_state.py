from __future__ import annotations

import boto3
import pytest
from extraction_state_contract import ExtractionStateContract
from moto import mock_aws

from millrace_contracts.state import MemoryExtractionState, MemoryRunState
from millrace_contracts.state.dynamodb import DynamoRunState
from millrace_contracts.state.extraction_dynamodb import DynamoExtractionState
from millrace_contracts.state.extraction_postgres import PostgresExtractionState
from millrace_contracts.state.postgres import PostgresRunState


class TestMemoryExtractionState(ExtractionStateContract):
    @pytest.fixture
    def files(self):
        return MemoryRunState()

    @pytest.fixture
    def state(self, files):
        return MemoryExtractionState(files)


class TestDynamoExtractionState(ExtractionStateContract):
    @pytest.fixture
    def table(self, monkeypatch):
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "testing")
        with mock_aws():
            resource = boto3.resource("dynamodb", region_name="us-east-1")
            yield resource.create_table(
                TableName="state",
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[
                    {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")
                ],
                KeySchema=[
                    {"AttributeName": "pk", "KeyType": "HASH"},
                    {"AttributeName": "sk", "KeyType": "RANGE"},
                ],
            )

    @pytest.fixture
    def files(self, table):
        return DynamoRunState(table)

    @pytest.fixture
    def state(self, table):
        return DynamoExtractionState(table)


class TestPostgresExtractionState(ExtractionStateContract):
    @pytest.fixture
    def files(self, postgres):
        return PostgresRunState(postgres)

    @pytest.fixture
    def state(self, postgres):
        return PostgresExtractionState(postgres)
