"""Requests by the time that they were signed at."""

from __future__ import annotations

import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from millrace_localcloud.s3.signing_time import LateRequest, check_query

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def signed(at, expires="600"):
    return {"X-Amz-Signature": "0", "X-Amz-Date": at, "X-Amz-Expires": expires}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (signed("20260501T114959Z"), "has expired"),
        (signed("20260501T121501Z"), "not yet valid"),
        (signed("20260501T120000Z", "-1"), "non-negative"),
        (signed("20260501T120000Z", "long"), "a number"),
        (signed("yesterday"), "ISO8601"),
        ({"Signature": "0", "Expires": str(int(NOW.timestamp()) - 1)}, "has expired"),
    ],
)
def test_a_url_that_is_not_valid_now_is_refused(query, message):
    with pytest.raises(LateRequest, match=message):
        check_query(query, NOW)


@pytest.mark.parametrize("query", [signed("20260501T115000Z"), signed("20260501T121500Z"), {}])
def test_a_url_that_is_valid_now_passes(query):
    check_query(query, NOW)


def ask(cloud, age):
    request = AWSRequest("GET", f"{cloud.endpoint}/", headers={"X-Amz-Content-SHA256": "0"})
    S3SigV4Auth(Credentials("123456789012", "local"), "s3", "us-east-1").add_auth(request)
    stamp = (datetime.now(UTC) - age).strftime("%Y%m%dT%H%M%SZ")
    headers = {**dict(request.headers.items()), "X-Amz-Date": stamp}
    sent = urllib.request.Request(request.url, headers=headers)
    with urllib.request.urlopen(sent, timeout=60) as answer:
        return answer.status


def test_a_request_that_was_signed_long_ago_is_refused(cloud):
    assert ask(cloud, timedelta()) == 200

    with pytest.raises(urllib.error.HTTPError, match="403") as refused:
        ask(cloud, timedelta(minutes=16))

    assert "<Code>RequestTimeTooSkewed</Code>" in refused.value.read().decode()


def test_a_signature_is_not_looked_at(cloud):
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="unsigned")
    s3.put_object(Bucket="unsigned", Key="a", Body=b"told")
    url = s3.generate_presigned_url("get_object", {"Bucket": "unsigned", "Key": "a"})
    forged = url.replace("Signature=", "Signature=0")

    with urllib.request.urlopen(forged, timeout=60) as answer:
        assert answer.read() == b"told"
