"""Objects, their headers, ranges, copies and listings."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from .writing import code_of


def test_metadata_and_content_type_are_kept(s3, bucket):
    s3.put_object(Bucket=bucket, Key="a", Body=b"1", ContentType="text/csv", Metadata={"run": "r1"})

    head = s3.head_object(Bucket=bucket, Key="a")
    assert (head["ContentType"], head["Metadata"]) == ("text/csv", {"run": "r1"})


def test_a_range_is_answered_with_its_bytes(s3, bucket):
    s3.put_object(Bucket=bucket, Key="a", Body=bytes(range(200)))

    found = s3.get_object(Bucket=bucket, Key="a", Range="bytes=10-19")

    assert found["Body"].read() == bytes(range(10, 20))
    assert found["ContentRange"] == "bytes 10-19/200"
    suffix = s3.get_object(Bucket=bucket, Key="a", Range="bytes=-5")
    assert suffix["Body"].read() == bytes(range(195, 200))
    with pytest.raises(ClientError) as raised:
        s3.get_object(Bucket=bucket, Key="a", Range="bytes=200-")
    assert code_of(raised) == "InvalidRange"


def test_a_copy_has_the_bytes_and_the_metadata(s3, bucket):
    s3.put_object(Bucket=bucket, Key="a", Body=b"1234", Metadata={"run": "r1"})

    s3.copy_object(Bucket=bucket, Key="b/c", CopySource={"Bucket": bucket, "Key": "a"})

    found = s3.get_object(Bucket=bucket, Key="b/c")
    assert (found["Body"].read(), found["Metadata"]) == (b"1234", {"run": "r1"})


def test_pages_and_common_prefixes_cover_every_key_once(s3, bucket, keys):
    names = [f"{letter}/{number}" for letter in "abc" for number in range(5)]
    for name in [*names, "top"]:
        s3.put_object(Bucket=bucket, Key=name, Body=b"")

    assert keys(PaginationConfig={"PageSize": 4}) == [*names, "top"]
    page = s3.list_objects_v2(Bucket=bucket, Delimiter="/")
    assert [entry["Prefix"] for entry in page["CommonPrefixes"]] == ["a/", "b/", "c/"]
    assert [entry["Key"] for entry in page["Contents"]] == ["top"]
    assert keys(Prefix="b/", StartAfter="b/2") == ["b/3", "b/4"]
