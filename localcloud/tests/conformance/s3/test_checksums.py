"""Digests that are claimed and checked."""

from __future__ import annotations

import base64
import hashlib

import pytest
from botocore.exceptions import ClientError

from .writing import MIB, code_of


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
