from __future__ import annotations

import base64
from datetime import UTC, datetime

import boto3
import pytest
from botocore.stub import Stubber
from landing_contract import KEY, LandingContract
from laptop import FLIGHTS
from moto import mock_aws

from millrace_contracts import Manifest, ManifestFile
from millrace_ingest.adapters.memory import MemoryArtifacts, MemoryLanding
from millrace_ingest.adapters.s3 import S3Artifacts, S3Landing
from millrace_ingest.errors import (
    ManifestMissing,
    SpecMalformed,
    SpecMissing,
    StoreRefused,
    StoreUnavailable,
)

MANIFEST = Manifest(
    dataset="flights",
    run_id="r1",
    files=(
        ManifestFile(
            bucket="landing",
            key=KEY,
            size_bytes=1,
            sha256="ab" * 32,
            source="file://{mount}/out/a.csv",
            landed_at=datetime(2024, 2, 29, tzinfo=UTC),
        ),
    ),
)


@pytest.fixture
def client(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        for bucket in ("landing", "artifacts"):
            client.create_bucket(Bucket=bucket)
        yield client


class TestMemoryLanding(LandingContract):
    @pytest.fixture
    def landing(self):
        return MemoryLanding()

    @pytest.fixture
    def visible(self, landing):
        return lambda: landing.objects


class TestS3Landing(LandingContract):
    @pytest.fixture
    def landing(self, client):
        return S3Landing(client, "landing")

    @pytest.fixture
    def visible(self, client):
        def read():
            listed = client.list_objects_v2(Bucket="landing").get("Contents", [])
            keys = [item["Key"] for item in listed]
            return {
                key: client.get_object(Bucket="landing", Key=key)["Body"].read() for key in keys
            }

        return read

    def test_an_abandoned_upload_leaves_no_parts_behind(self, client, landing):
        with landing.upload(KEY) as upload:
            upload.add(b"x" * 9 * 1024 * 1024)

        assert "Uploads" not in client.list_multipart_uploads(Bucket="landing")

    @pytest.mark.parametrize("size_bytes", [5, 9 * 1024 * 1024])
    def test_a_commit_whose_answer_was_lost_is_made_once(self, client, landing, size_bytes):
        """The object is there already, with the same content: it is left as it is."""
        client.put_bucket_versioning(
            Bucket="landing", VersioningConfiguration={"Status": "Enabled"}
        )
        for _ in range(2):
            with landing.upload(KEY) as upload:
                upload.add(b"x" * size_bytes)
                upload.commit()

        assert len(client.list_object_versions(Bucket="landing")["Versions"]) == 1
        assert "Uploads" not in client.list_multipart_uploads(Bucket="landing")

    @pytest.mark.parametrize("size_bytes", [5, 9 * 1024 * 1024])
    def test_the_digest_is_the_checksum_that_s3_computes(self, client, landing, size_bytes):
        with landing.upload(KEY) as upload:
            upload.add(b"x" * size_bytes)
            digest = upload.sha256()
            upload.commit()

        head = client.head_object(Bucket="landing", Key=KEY, ChecksumMode="ENABLED")
        checksum = head["ChecksumSHA256"].partition("-")[0]
        assert base64.b64decode(checksum).hex() == digest


class ArtifactsContract:
    def test_a_manifest_is_read_as_it_was_written_and_may_be_replaced(self, artifacts):
        artifacts.put_manifest(MANIFEST.model_copy(update={"files": ()}))
        artifacts.put_manifest(MANIFEST)

        assert artifacts.manifest("r1") == MANIFEST

    def test_a_missing_manifest_is_named(self, artifacts):
        with pytest.raises(ManifestMissing, match="r9"):
            artifacts.manifest("r9")

    def test_a_deployed_spec_is_read(self, artifacts):
        assert artifacts.spec("flights") == FLIGHTS

    def test_a_missing_spec_is_named(self, artifacts):
        with pytest.raises(SpecMissing, match="planes"):
            artifacts.spec("planes")


class TestMemoryArtifacts(ArtifactsContract):
    @pytest.fixture
    def artifacts(self):
        return MemoryArtifacts({"flights": FLIGHTS})


class TestS3Artifacts(ArtifactsContract):
    @pytest.fixture
    def artifacts(self, client):
        body = FLIGHTS.model_dump_json().encode()
        client.put_object(Bucket="artifacts", Key="datasets/flights/dataset.json", Body=body)
        return S3Artifacts(client, "artifacts")

    def test_a_malformed_spec_names_the_file_and_the_path_in_it(self, client, artifacts):
        client.put_object(
            Bucket="artifacts", Key="datasets/planes/dataset.json", Body=b'{"nmae": "planes"}'
        )

        with pytest.raises(SpecMalformed, match=r"(?s)datasets/planes/dataset\.json.*nmae"):
            artifacts.spec("planes")


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("SlowDown", 503, StoreUnavailable),
        ("Whatever", 500, StoreUnavailable),
        ("AccessDenied", 403, StoreRefused),
    ],
)
def test_aws_errors_say_whether_to_retry(code, status, error):
    client = boto3.client("s3", region_name="us-east-1")
    with Stubber(client) as stub:
        stub.add_client_error("get_object", code, http_status_code=status)

        with pytest.raises(error, match=code):
            S3Artifacts(client, "artifacts").spec("flights")
