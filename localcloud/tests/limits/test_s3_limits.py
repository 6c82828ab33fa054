"""Differences of S3 that are seen from outside."""

from __future__ import annotations

import json
import uuid

import pytest


@pytest.fixture
def s3(cloud):
    return cloud.client("s3")


@pytest.fixture
def bucket(s3):
    name = f"limits-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


def test_a_file_of_the_lake_has_no_checksum(cloud, s3, bucket):
    (cloud.home / "lake" / bucket / "a").write_bytes(b"by hand")

    found = s3.head_object(Bucket=bucket, Key="a", ChecksumMode="ENABLED")

    assert not [member for member in found if member.startswith("Checksum")]


def test_a_file_rewritten_by_hand_replaces_the_current_version(cloud, s3, bucket):
    for body in (b"1", b"2"):
        s3.put_object(Bucket=bucket, Key="a", Body=body)

    (cloud.home / "lake" / bucket / "a").write_bytes(b"by hand")

    bodies = [
        s3.get_object(Bucket=bucket, Key="a", VersionId=version["VersionId"])["Body"].read()
        for version in s3.list_object_versions(Bucket=bucket)["Versions"]
    ]
    assert sorted(bodies) == [b"1", b"by hand"]


def test_a_delete_marker_raises_no_event(cloud, s3, bucket, eventually):
    sqs, name = cloud.client("sqs"), uuid.uuid4().hex
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = f"arn:aws:sqs:us-east-1:123456789012:{name}"
    kinds = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]
    s3.put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={"QueueConfigurations": [{"QueueArn": arn, "Events": kinds}]},
    )
    s3.put_object(Bucket=bucket, Key="a", Body=b"1")
    s3.delete_object(Bucket=bucket, Key="a")
    s3.put_object(Bucket=bucket, Key="last", Body=b"1")
    seen = []

    def last_was_seen():
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get(
            "Messages", []
        ):
            seen.extend(r["eventName"] for r in json.loads(message["Body"]).get("Records", []))
        return len(seen) >= 2

    assert eventually(last_was_seen)
    assert seen == ["ObjectCreated:Put", "ObjectCreated:Put"]


def test_what_is_known_of_an_object_may_be_lost_but_not_its_bytes(start_cloud, tmp_path):
    with start_cloud(tmp_path) as cloud:
        cloud.client("s3").create_bucket(Bucket="kept")
        cloud.client("s3").put_object(Bucket="kept", Key="a", Body=b"1", ContentType="text/csv")
        cloud.process.kill()
        cloud.process.wait(60)

    with start_cloud(tmp_path) as again:
        found = again.client("s3").get_object(Bucket="kept", Key="a")
        assert found["Body"].read() == b"1"
        assert found["ContentType"] in ("text/csv", "binary/octet-stream")
