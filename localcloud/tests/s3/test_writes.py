"""Conditions, uploads, digests, versions and the events of writes."""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

MIB = 1024 * 1024


def code_of(raised):
    return raised.value.response["Error"]["Code"]


def race(cloud, write, racers=64):
    """Codes that the racers got, None for those that won."""
    client = cloud.client("s3")

    def attempt(number):
        try:
            write(client, number)
        except ClientError as exc:
            return exc.response["Error"]["Code"]
        return None

    with ThreadPoolExecutor(racers) as pool:
        return list(pool.map(attempt, range(racers)))


def upload(s3, bucket, key, parts, **arguments):
    upload_id = s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
    target = {"Bucket": bucket, "Key": key, "UploadId": upload_id}
    done = [
        {"PartNumber": n, "ETag": s3.upload_part(**target, PartNumber=n, Body=body)["ETag"]}
        for n, body in enumerate(parts, 1)
    ]
    return s3.complete_multipart_upload(**target, MultipartUpload={"Parts": done}, **arguments)


def test_of_many_puts_if_none_match_one_wins(cloud, s3, bucket):
    for _ in range(3):
        key = uuid.uuid4().hex
        codes = race(
            cloud,
            lambda client, number, key=key: client.put_object(
                Bucket=bucket, Key=key, Body=str(number).encode(), IfNoneMatch="*"
            ),
        )

        assert codes.count(None) == 1
        assert set(codes) == {None, "PreconditionFailed"}
        winner = str(codes.index(None)).encode()
        assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == winner


def test_of_many_puts_if_match_one_wins(cloud, s3, bucket):
    etag = s3.put_object(Bucket=bucket, Key="a", Body=b"first")["ETag"]

    codes = race(
        cloud,
        lambda client, number: client.put_object(
            Bucket=bucket, Key="a", Body=str(number).encode(), IfMatch=etag
        ),
    )

    assert codes.count(None) == 1
    assert set(codes) == {None, "PreconditionFailed"}


def test_of_many_completions_if_none_match_one_wins(cloud, bucket):
    codes = race(
        cloud,
        lambda client, number: upload(client, bucket, "a", [bytes([number])], IfNoneMatch="*"),
        racers=16,
    )

    assert codes.count(None) == 1
    assert set(codes) == {None, "PreconditionFailed"}


def test_a_completion_with_another_etag_is_refused(s3, bucket):
    s3.put_object(Bucket=bucket, Key="a", Body=b"first")

    with pytest.raises(ClientError) as raised:
        upload(s3, bucket, "a", [b"second"], IfMatch='"0"')

    assert code_of(raised) == "PreconditionFailed"


def test_the_parts_of_an_upload_become_one_file(cloud, s3, bucket, folder):
    parts = [b"a" * 5 * MIB, b"b" * 5 * MIB, b"end"]
    before = set((cloud.home / "aside").iterdir())

    answer = upload(s3, bucket, "big/file", parts)

    digests = b"".join(hashlib.md5(part).digest() for part in parts)
    assert answer["ETag"] == f'"{hashlib.md5(digests).hexdigest()}-3"'
    assert (folder / "big/file").read_bytes() == b"".join(parts)
    assert set((cloud.home / "aside").iterdir()) == before


def test_an_aborted_upload_leaves_nothing(cloud, s3, bucket, keys):
    before = set((cloud.home / "aside").iterdir())
    upload_id = s3.create_multipart_upload(Bucket=bucket, Key="a")["UploadId"]
    s3.upload_part(Bucket=bucket, Key="a", UploadId=upload_id, PartNumber=1, Body=b"1")

    s3.abort_multipart_upload(Bucket=bucket, Key="a", UploadId=upload_id)

    assert keys() == []
    assert set((cloud.home / "aside").iterdir()) == before


def test_a_part_can_be_a_range_of_an_object(s3, bucket):
    s3.put_object(Bucket=bucket, Key="a", Body=b"0123456789")
    upload_id = s3.create_multipart_upload(Bucket=bucket, Key="b")["UploadId"]
    target = {"Bucket": bucket, "Key": "b", "UploadId": upload_id}

    part = s3.upload_part_copy(
        **target,
        PartNumber=1,
        CopySource={"Bucket": bucket, "Key": "a"},
        CopySourceRange="bytes=2-4",
    )
    parts = [{"PartNumber": 1, "ETag": part["CopyPartResult"]["ETag"]}]
    s3.complete_multipart_upload(**target, MultipartUpload={"Parts": parts})

    assert s3.get_object(Bucket=bucket, Key="b")["Body"].read() == b"234"


def test_a_body_with_another_md5_is_refused(s3, bucket, keys):
    wrong = base64.b64encode(hashlib.md5(b"other").digest()).decode()

    with pytest.raises(ClientError) as raised:
        s3.put_object(Bucket=bucket, Key="a", Body=b"body", ContentMD5=wrong)

    assert code_of(raised) == "BadDigest"
    assert keys() == []


@pytest.mark.parametrize(
    ("algorithm", "wrong"), [("CRC32", bytes(4)), ("SHA1", bytes(20)), ("SHA256", bytes(32))]
)
def test_a_body_with_another_checksum_is_refused(s3, bucket, algorithm, wrong):
    claimed = {f"Checksum{algorithm}": base64.b64encode(wrong).decode()}

    with pytest.raises(ClientError) as raised:
        s3.put_object(Bucket=bucket, Key="a", Body=b"body", **claimed)

    assert code_of(raised) == "BadDigest"


def test_a_streamed_body_is_stored_and_its_trailer_checked(s3, bucket, tmp_path):
    file = tmp_path / "body"
    file.write_bytes(b"z" * 3 * MIB)

    with file.open("rb") as body:
        s3.put_object(Bucket=bucket, Key="a", Body=body, ChecksumAlgorithm="SHA256")

    found = s3.get_object(Bucket=bucket, Key="a", ChecksumMode="ENABLED")
    assert found["Body"].read() == file.read_bytes()
    digest = hashlib.sha256(file.read_bytes()).digest()
    assert found["ChecksumSHA256"] == base64.b64encode(digest).decode()


def test_a_versioned_bucket_keeps_old_versions_out_of_the_folder(s3, bucket, folder, keys):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket=bucket, Key="a", Body=b"1")["VersionId"]
    second = s3.put_object(Bucket=bucket, Key="a", Body=b"2")["VersionId"]

    assert [path.name for path in folder.iterdir()] == ["a"]
    assert s3.get_object(Bucket=bucket, Key="a", VersionId=first)["Body"].read() == b"1"

    marker = s3.delete_object(Bucket=bucket, Key="a")["VersionId"]
    assert keys() == []
    assert list(folder.iterdir()) == []
    assert s3.get_object(Bucket=bucket, Key="a", VersionId=second)["Body"].read() == b"2"

    s3.delete_object(Bucket=bucket, Key="a", VersionId=marker)
    assert (folder / "a").read_bytes() == b"2"
    s3.delete_object(Bucket=bucket, Key="a", VersionId=second)
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"1"


def test_suspending_versioning_is_refused(s3, bucket):
    with pytest.raises(ClientError) as raised:
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})

    assert code_of(raised) == "NotImplemented"


@pytest.fixture
def events_of(cloud, s3, bucket, eventually):
    """Runs writes and answers the messages that a queue and EventBridge got for them."""
    sqs, events = cloud.client("sqs"), cloud.client("events")
    name = uuid.uuid4().hex
    urls = [sqs.create_queue(QueueName=f"{name}-{kind}")["QueueUrl"] for kind in ("s3", "bus")]
    arns = [f"arn:aws:sqs:us-east-1:123456789012:{url.rsplit('/', 1)[1]}" for url in urls]
    s3.put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={
            "QueueConfigurations": [{"QueueArn": arns[0], "Events": ["s3:ObjectCreated:*"]}],
            "EventBridgeConfiguration": {},
        },
    )
    pattern = {"source": ["aws.s3"], "detail": {"bucket": {"name": [bucket]}}}
    events.put_rule(Name=name, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arns[1]}])

    def received(url, count):
        found = []

        def enough():
            answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
            found.extend(json.loads(message["Body"]) for message in answer.get("Messages", []))
            return len(found) >= count

        eventually(enough)
        return found

    def run(write, count):
        write()
        records = [m for m in received(urls[0], count + 1) if "Records" in m]
        return [m["Records"][0] for m in records], received(urls[1], count)

    return run


def test_each_write_raises_one_event_with_the_names_of_aws(s3, bucket, events_of):
    def write():
        upload(s3, bucket, "in/up load.csv", [b"1"])
        s3.put_object(Bucket=bucket, Key="in/a+b.csv", Body=b"22")

    records, messages = events_of(write, 2)

    assert sorted((r["eventName"], r["s3"]["object"]["key"]) for r in records) == [
        ("ObjectCreated:CompleteMultipartUpload", "in/up+load.csv"),
        ("ObjectCreated:Put", "in/a%2Bb.csv"),
    ]
    assert sorted((m["detail"]["reason"], m["detail"]["object"]["key"]) for m in messages) == [
        ("CompleteMultipartUpload", "in/up load.csv"),
        ("PutObject", "in/a+b.csv"),
    ]
    assert {m["detail-type"] for m in messages} == {"Object Created"}
    assert len({m["id"] for m in messages}) == 2
