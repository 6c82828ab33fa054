"""Where uploads and versions lie on disk, and what of versions is refused."""

from __future__ import annotations

import hashlib

import pytest
from botocore.exceptions import ClientError
from conformance.s3.writing import MIB, code_of, upload


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
