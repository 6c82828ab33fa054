from __future__ import annotations

import io

import boto3
import pytest
from moto import mock_aws

from millrace_ingest.adapters.memory import MemoryLanding
from millrace_ingest.adapters.memory_feed import MemorySegmentStore
from millrace_ingest.adapters.s3_segments import S3SegmentStore
from millrace_ingest.errors import CursorTooLong
from millrace_ingest.feeds import Reached, StoredSegment

KEY = "weather/ingest_date=2024-02-29/batch=r1/abc-000000.jsonl.gz"
FIRST = StoredSegment(5, "ab" * 32, Reached('{"after": "Zürich"}', "7", 3, is_end=False))


class SegmentStoreContract:
    """Provide ``store`` and ``visible``, its objects."""

    def test_an_object_tells_where_it_leads(self, store, visible):
        assert store.find(KEY) is None

        assert store.put(KEY, io.BytesIO(b"first"), FIRST) is True

        assert store.find(KEY) == FIRST
        assert visible() == {KEY: b"first"}

    def test_the_first_object_stays(self, store, visible):
        store.put(KEY, io.BytesIO(b"first"), FIRST)
        other = StoredSegment(6, "cd" * 32, Reached("elsewhere", "9", 1, is_end=True))

        assert store.put(KEY, io.BytesIO(b"second"), other) is False

        assert store.find(KEY) == FIRST
        assert visible() == {KEY: b"first"}


class TestMemorySegmentStore(SegmentStoreContract):
    @pytest.fixture
    def landing(self):
        return MemoryLanding()

    @pytest.fixture
    def store(self, landing):
        return MemorySegmentStore(landing)

    @pytest.fixture
    def visible(self, landing):
        return lambda: dict(landing.objects)


class TestS3SegmentStore(SegmentStoreContract):
    @pytest.fixture
    def client(self, monkeypatch):
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "testing")
        with mock_aws():
            client = boto3.client("s3", region_name="us-east-1")
            client.create_bucket(Bucket="landing")
            yield client

    @pytest.fixture
    def store(self, client):
        return S3SegmentStore(client, "landing")

    @pytest.fixture
    def visible(self, client):
        def objects():
            listed = client.list_objects_v2(Bucket="landing").get("Contents", [])
            return {
                found["Key"]: client.get_object(Bucket="landing", Key=found["Key"])["Body"].read()
                for found in listed
            }

        return objects

    def test_a_cursor_that_does_not_fit_is_refused_before_anything_is_visible(self, store, visible):
        reached = Reached("x" * 2048, "7", 3, is_end=False)

        with pytest.raises(CursorTooLong, match="abc-000000"):
            store.put(KEY, io.BytesIO(b"first"), StoredSegment(5, "ab" * 32, reached))
        assert visible() == {}
