"""Digests that are claimed and checked."""

from __future__ import annotations

import base64
import hashlib

import pytest
from botocore.exceptions import ClientError

from .writing import MIB, code_of

BODY = b"123456789"
CHECKSUMS = {
    # The catalogue of parametrised CRC algorithms: check values of CRC-32/ISO-HDLC, CRC-32/ISCSI
    # and CRC-64/NVME.
    "CRC32": base64.b64encode(bytes.fromhex("cbf43926")).decode(),
    "CRC32C": base64.b64encode(bytes.fromhex("e3069283")).decode(),
    "CRC64NVME": base64.b64encode(bytes.fromhex("ae8b14860a799888")).decode(),
    "SHA1": base64.b64encode(hashlib.sha1(BODY).digest()).decode(),
    "SHA256": base64.b64encode(hashlib.sha256(BODY).digest()).decode(),
    "SHA512": base64.b64encode(hashlib.sha512(BODY).digest()).decode(),
    "XXHASH64": base64.b64encode(bytes.fromhex("8cb841db40e6ae83")).decode(),
}
SIZES = {name: len(base64.b64decode(value)) for name, value in CHECKSUMS.items()}


@pytest.fixture
def unclaimed(aws):
    """A client that sends no checksum of its own accord."""
    return aws.client("s3", request_checksum_calculation="when_required")


def test_a_body_with_another_md5_is_refused(s3, bucket, keys):
    wrong = base64.b64encode(hashlib.md5(b"other").digest()).decode()

    with pytest.raises(ClientError) as raised:
        s3.put_object(Bucket=bucket, Key="a", Body=b"body", ContentMD5=wrong)

    assert code_of(raised) == "BadDigest"
    assert keys() == []


@pytest.mark.parametrize("algorithm", SIZES)
def test_a_body_with_another_checksum_is_refused(s3, bucket, keys, algorithm):
    claimed = {f"Checksum{algorithm}": base64.b64encode(bytes(SIZES[algorithm])).decode()}

    with pytest.raises(ClientError) as raised:
        s3.put_object(Bucket=bucket, Key="a", Body=b"body", **claimed)

    assert code_of(raised) == "BadDigest"
    assert keys() == []


@pytest.mark.parametrize(("algorithm", "value"), CHECKSUMS.items())
def test_a_checksum_is_verified_and_kept(s3, bucket, algorithm, value):
    put = s3.put_object(Bucket=bucket, Key="a", Body=BODY, **{f"Checksum{algorithm}": value})

    got = s3.get_object(Bucket=bucket, Key="a", ChecksumMode="ENABLED")
    head = s3.head_object(Bucket=bucket, Key="a", ChecksumMode="ENABLED")
    assert got["Body"].read() == BODY
    for answer in (put, got, head):
        assert answer[f"Checksum{algorithm}"] == value
        assert answer["ChecksumType"] == "FULL_OBJECT"


def test_a_body_without_a_checksum_gets_one(aws, bucket, unclaimed):
    unclaimed.put_object(Bucket=bucket, Key="a", Body=BODY)

    head = unclaimed.head_object(Bucket=bucket, Key="a", ChecksumMode="ENABLED")
    assert head["ChecksumCRC64NVME"] == CHECKSUMS["CRC64NVME"]


def test_a_checksum_that_cannot_be_one_is_refused(s3, bucket):
    with pytest.raises(ClientError) as raised:
        s3.put_object(Bucket=bucket, Key="a", Body=b"body", ChecksumCRC32C="AAAA")

    assert code_of(raised) == "InvalidRequest"


def test_a_copy_has_the_checksum_that_is_asked_for(s3, bucket):
    s3.put_object(Bucket=bucket, Key="a", Body=BODY, ChecksumAlgorithm="CRC32C")
    source = {"Bucket": bucket, "Key": "a"}

    same = s3.copy_object(Bucket=bucket, Key="b", CopySource=source)
    other = s3.copy_object(Bucket=bucket, Key="c", CopySource=source, ChecksumAlgorithm="CRC64NVME")

    assert same["CopyObjectResult"]["ChecksumCRC32C"] == CHECKSUMS["CRC32C"]
    assert other["CopyObjectResult"]["ChecksumCRC64NVME"] == CHECKSUMS["CRC64NVME"]


def test_a_streamed_body_is_stored_and_its_trailer_checked(s3, bucket, tmp_path):
    file = tmp_path / "body"
    file.write_bytes(b"z" * 3 * MIB)

    with file.open("rb") as body:
        s3.put_object(Bucket=bucket, Key="a", Body=body, ChecksumAlgorithm="SHA256")

    found = s3.get_object(Bucket=bucket, Key="a", ChecksumMode="ENABLED")
    assert found["Body"].read() == file.read_bytes()
    digest = hashlib.sha256(file.read_bytes()).digest()
    assert found["ChecksumSHA256"] == base64.b64encode(digest).decode()
