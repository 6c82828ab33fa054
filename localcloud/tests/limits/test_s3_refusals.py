"""What S3 is asked and would not do is refused, and nothing is done in its stead."""

from __future__ import annotations

import uuid

import pytest
from botocore.exceptions import ClientError
from limits.unread import inputs, plain, words_of

from millrace_localcloud.s3.checksums import ALGORITHMS
from millrace_localcloud.s3.refusals import HEADERS, SETTINGS, SUBRESOURCES

READ_OTHERWISE = {
    *(f"x-amz-checksum-{algorithm.lower()}" for algorithm in ALGORITHMS),
    "x-amz-grant-full-control",
    "x-amz-grant-read",
    "x-amz-grant-read-acp",
    "x-amz-grant-write",
    "x-amz-grant-write-acp",
}
"""Headers whose names are put together where they are read."""
HARMLESS = {
    "x-amz-confirm-remove-self-bucket-access",
    "x-amz-request-payer",
    "x-amz-skip-destination-validation",
    "x-amz-transition-default-minimum-object-size",
}
"""Nobody pays, no permission keeps anybody out, and no lifecycle rule moves anything."""
OWNERS = {"x-amz-expected-bucket-owner", "x-amz-source-expected-bucket-owner"}
UNANSWERED = {"CreateSession", "RenameObject", "WriteGetObjectResponse"}


@pytest.fixture
def s3(cloud):
    return cloud.client("s3")


@pytest.fixture
def bucket(s3):
    name = f"refusals-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="a", Body=b"first")
    return name


def code(call, **arguments):
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    status = refused.value.response["ResponseMetadata"]["HTTPStatusCode"]
    return status, refused.value.response["Error"]["Code"]


def sent_to(cloud, change):
    """A client whose requests are changed before they are signed."""
    client = cloud.client("s3")
    client.meta.events.register("before-call.s3", lambda params, **_: change(params))
    return client


def with_query(url, name):
    return f"{url}{'&' if '?' in url else '?'}{name}"


def test_a_header_that_nothing_reads_is_refused_or_known_to_be_harmless():
    words = words_of("s3")
    headers = {
        shape.serialization["name"]
        for operation, parameters in inputs("s3").items()
        for shape in parameters.values()
        if shape.serialization.get("location") == "header" and operation not in UNANSWERED
    }

    unread = {name.lower() for name in headers if plain(name) not in words}

    assert unread - READ_OTHERWISE - HARMLESS - HEADERS - OWNERS == set()


@pytest.mark.parametrize("header", sorted(HEADERS))
def test_a_header_that_would_not_be_applied_is_refused(cloud, s3, bucket, header):
    client = sent_to(cloud, lambda params: params["headers"].update({header: "x"}))

    assert code(client.put_object, Bucket=bucket, Key="a", Body=b"second") == (
        501,
        "NotImplemented",
    )
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"first"


@pytest.mark.parametrize("name", sorted(SUBRESOURCES | SETTINGS | {"encryption"}))
def test_a_subresource_that_is_not_served_changes_no_object(cloud, s3, bucket, name):
    client = sent_to(cloud, lambda params: params.update(url=with_query(params["url"], name)))

    assert code(client.put_object, Bucket=bucket, Key="a", Body=b"second")[1] == "NotImplemented"
    assert code(client.delete_object, Bucket=bucket, Key="a")[1] == "NotImplemented"
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"first"


@pytest.mark.parametrize("name", sorted(SUBRESOURCES | SETTINGS))
def test_a_setting_that_is_not_served_changes_no_bucket(cloud, s3, bucket, name):
    empty = f"refusals-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=empty)
    client = sent_to(cloud, lambda params: params.update(url=with_query(params["url"], name)))

    assert code(client.delete_bucket, Bucket=empty)[1] == "NotImplemented"
    assert code(client.create_bucket, Bucket=f"{empty}-2")[1] == "NotImplemented"
    assert s3.head_bucket(Bucket=empty)["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert code(s3.head_bucket, Bucket=f"{empty}-2")[0] == 404


def test_a_bucket_of_another_owner_is_not_written(s3, bucket):
    asked = {"Bucket": bucket, "Key": "a", "Body": b"second"}

    assert code(s3.put_object, **asked, ExpectedBucketOwner="210987654321") == (403, "AccessDenied")
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"first"
    s3.put_object(**asked, ExpectedBucketOwner="123456789012")
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"second"


def test_a_copy_from_a_bucket_of_another_owner_is_not_made(s3, bucket):
    copy = {"Bucket": bucket, "Key": "b", "CopySource": {"Bucket": bucket, "Key": "a"}}

    refused = code(s3.copy_object, **copy, ExpectedSourceBucketOwner="210987654321")

    assert refused == (403, "AccessDenied")
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 1
