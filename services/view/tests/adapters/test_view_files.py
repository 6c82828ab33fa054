from __future__ import annotations

import boto3
import pytest
from moto import mock_aws
from view_files_contract import ViewFilesContract

from millrace_view.adapters.memory import MemoryViewFiles
from millrace_view.adapters.s3 import S3ViewFiles
from millrace_view.errors import ViewMalformed


class TestMemoryViewFiles(ViewFilesContract):
    @pytest.fixture
    def deploy(self):
        return MemoryViewFiles


class TestS3ViewFiles(ViewFilesContract):
    @pytest.fixture
    def deploy(self, monkeypatch):
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "testing")
        with mock_aws():
            client = boto3.client("s3", region_name="us-east-1")
            client.create_bucket(Bucket="artifacts")

            def deploy(files):
                for key, text in files.items():
                    body = text if isinstance(text, bytes) else text.encode()
                    client.put_object(Bucket="artifacts", Key=key, Body=body)
                return S3ViewFiles(client, "artifacts")

            yield deploy

    def test_what_is_no_sql_file_is_left_alone(self, deploy):
        assert deploy({"datasets/flights/views/README.md": "words"}).texts("flights") == {}

    @pytest.mark.parametrize("name", ["Daily.sql", "a-b.sql", "sub/daily.sql", '"; drop.sql'])
    def test_a_file_whose_name_cannot_be_a_views_is_refused(self, deploy, name):
        files = deploy({f"datasets/flights/views/{name}": "select 1 as one"})

        with pytest.raises(ViewMalformed, match="a view is named"):
            files.texts("flights")

    def test_a_text_that_is_not_utf_8_is_refused(self, deploy):
        files = deploy({"datasets/flights/views/daily.sql": b"select '\xff' as a"})

        with pytest.raises(ViewMalformed, match=r"daily\.sql: not UTF-8 at byte 8"):
            files.texts("flights")

    def test_a_byte_order_mark_is_no_part_of_the_sql(self, deploy):
        files = deploy({"datasets/flights/views/daily.sql": b"\xef\xbb\xbfselect 1 as a"})

        assert list(files.texts("flights").values()) == ["select 1 as a"]
