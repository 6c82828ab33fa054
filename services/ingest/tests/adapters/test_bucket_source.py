"""Another S3 bucket as a source, over HTTP, and an S3 that throttles."""

from __future__ import annotations

import boto3
import pytest
from botocore.stub import Stubber
from moto.server import ThreadedMotoServer
from source_contract import SourceContract

from millrace_contracts.dataset import FileSystemSource
from millrace_ingest.adapters.filesystem import connect_filesystem
from millrace_ingest.adapters.s3 import S3Landing
from millrace_ingest.errors import StoreRefused, StoreUnavailable

MIB = 1024 * 1024


class BucketBench:
    def __init__(self, client):
        self._client = client

    def put(self, name, content):
        self._client.put_object(Bucket="theirs", Key=f"out/{name}", Body=content)

    def remove(self, name):
        self._client.delete_object(Bucket="theirs", Key=f"out/{name}")

    def connect(self):
        spec = FileSystemSource(kind="filesystem", url="s3://theirs/out")
        return connect_filesystem(spec, "/nowhere")


@pytest.fixture(scope="module")
def endpoint():
    server = ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


class TestBucket(SourceContract):
    @pytest.fixture
    def bench(self, endpoint, monkeypatch):
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "testing")
        client = boto3.client("s3")
        client.create_bucket(Bucket="theirs")
        yield BucketBench(client)
        for found in client.list_objects_v2(Bucket="theirs").get("Contents", []):
            client.delete_object(Bucket="theirs", Key=found["Key"])
        client.delete_bucket(Bucket="theirs")

    def test_a_read_goes_on_at_an_offset(self, bench):
        bench.put("a.csv", bytes(range(256)) * 20_000)
        with bench.connect() as source:
            (file,) = source.files()
            assert (
                b"".join(source.read(file, 5_000_001)) == (bytes(range(256)) * 20_000)[5_000_001:]
            )


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("SlowDown", 503, StoreUnavailable),
        ("InternalError", 500, StoreUnavailable),
        ("AccessDenied", 403, StoreRefused),
    ],
)
@pytest.mark.parametrize("call", ["create_multipart_upload", "upload_part"])
def test_an_s3_that_throttles_in_the_middle_is_named_and_nothing_is_visible(
    call, code, status, error
):
    client = boto3.client(
        "s3", region_name="us-east-1", aws_access_key_id="t", aws_secret_access_key="t"
    )
    with Stubber(client) as stub:
        if call == "upload_part":
            stub.add_response("create_multipart_upload", {"UploadId": "u"})
        stub.add_client_error(call, code, http_status_code=status)
        if call == "upload_part":
            stub.add_response("abort_multipart_upload", {})
        with pytest.raises(error, match=code), S3Landing(client, "landing").upload("k") as upload:
            upload.add(bytes(9 * MIB))
        stub.assert_no_pending_responses()
