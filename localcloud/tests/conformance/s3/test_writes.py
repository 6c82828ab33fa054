"""Writes under a condition, and uploads in parts."""

from __future__ import annotations

import uuid

import pytest
from botocore.exceptions import ClientError

from .writing import code_of, race, upload


def test_of_many_puts_if_none_match_one_wins(aws, s3, bucket):
    for _ in range(3):
        key = uuid.uuid4().hex
        codes = race(
            aws,
            lambda client, number, key=key: client.put_object(
                Bucket=bucket, Key=key, Body=str(number).encode(), IfNoneMatch="*"
            ),
        )

        assert codes.count(None) == 1
        assert set(codes) == {None, "PreconditionFailed"}
        winner = str(codes.index(None)).encode()
        assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == winner


def test_of_many_puts_if_match_one_wins(aws, s3, bucket):
    etag = s3.put_object(Bucket=bucket, Key="a", Body=b"first")["ETag"]

    codes = race(
        aws,
        lambda client, number: client.put_object(
            Bucket=bucket, Key="a", Body=str(number).encode(), IfMatch=etag
        ),
    )

    assert codes.count(None) == 1
    assert set(codes) == {None, "PreconditionFailed"}


def test_of_many_completions_if_none_match_one_wins(aws, bucket):
    codes = race(
        aws,
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
