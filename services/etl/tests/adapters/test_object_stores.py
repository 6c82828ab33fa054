import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws
from object_store_contract import ObjectStoreContract

from millrace_etl.adapters.aws import S3Store
from millrace_etl.adapters.memory import MemoryStore
from millrace_etl.errors import StoreUnavailable


class TestMemoryStore(ObjectStoreContract):
    @pytest.fixture
    def store(self):
        return MemoryStore()


class TestS3StoreOnMoto(ObjectStoreContract):
    @pytest.fixture
    def store(self, monkeypatch):
        monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "testing")
        with mock_aws():
            client = boto3.client("s3", region_name="us-east-1")
            for bucket in ("refined", "quarantine", "artifacts"):
                client.create_bucket(Bucket=bucket)
            yield S3Store(client)


class TestS3StoreOnTheLocalCloud(ObjectStoreContract):
    @pytest.fixture
    def store(self, aws):
        return S3Store(boto3.client("s3"))


def test_a_throttled_read_is_transient():
    client = boto3.client(
        "s3", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
    )
    with Stubber(client) as stub:
        stub.add_client_error("get_object", "SlowDown")

        with pytest.raises(StoreUnavailable, match="s3://refined/a"):
            S3Store(client).get("refined", "a")
