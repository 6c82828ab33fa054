from __future__ import annotations

import boto3
import pytest
from moto import mock_aws
from specs_contract import FLIGHTS, SpecsContract

from millrace_{name}.adapters.memory import MemorySpecs
from millrace_{name}.adapters.s3 import S3Specs
from millrace_{name}.errors import CallRefused


class TestMemorySpecs(SpecsContract):
    @pytest.fixture
    def specs(self):
        return MemorySpecs({"flights": FLIGHTS})


class TestS3Specs(SpecsContract):
    @pytest.fixture
    def client(self, monkeypatch):
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "testing")
        with mock_aws():
            yield boto3.client("s3", region_name="us-east-1")

    @pytest.fixture
    def specs(self, client):
        client.create_bucket(Bucket="artifacts")
        client.put_object(
            Bucket="artifacts", Key="datasets/flights/dataset.json", Body=FLIGHTS.encode()
        )
        return S3Specs(client, "artifacts")

    def test_a_bucket_that_is_not_there_is_no_missing_dataset(self, client):
        with pytest.raises(CallRefused, match="NoSuchBucket"):
            S3Specs(client, "artifacts").read("flights")
