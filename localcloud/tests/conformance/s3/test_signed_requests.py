"""Presigned URLs and forms, which are valid for a time."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from dataclasses import dataclass

import pytest

from .forms import as_form


@dataclass(frozen=True)
class Answer:
    status: int
    body: str


def send(url, method="GET", body=None, headers=None):
    request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return Answer(answer.status, answer.read().decode())
    except urllib.error.HTTPError as refused:
        return Answer(refused.code, refused.read().decode())


@pytest.fixture(params=["s3", "s3v4"])
def signer(aws, request):
    return aws.client("s3", signature_version=request.param)


def test_a_url_reads_and_writes_as_long_as_it_is_valid(bucket, signer):
    where = {"Bucket": bucket, "Key": "a"}
    to_write = signer.generate_presigned_url("put_object", where, ExpiresIn=3600)
    to_read = signer.generate_presigned_url("get_object", where, ExpiresIn=3600)

    assert send(to_write, "PUT", b"kept").status == 200

    assert send(to_read) == Answer(200, "kept")


@pytest.mark.parametrize(
    ("action", "method"),
    [("get_object", "GET"), ("put_object", "PUT"), ("list_objects_v2", "GET")],
)
def test_a_url_that_has_expired_is_refused(aws, s3, bucket, signer, action, method):
    s3.put_object(Bucket=bucket, Key="a", Body=b"kept")
    key = {} if action == "list_objects_v2" else {"Key": "a"}
    url = signer.generate_presigned_url(action, {"Bucket": bucket, **key}, ExpiresIn=1)
    body = b"late" if method == "PUT" else None

    refused = aws.until(lambda: (answer := send(url, method, body)).status == 403 and answer)

    assert "<Code>AccessDenied</Code><Message>Request has expired</Message>" in refused.body


def test_a_url_is_valid_for_a_week_at_most(aws, bucket):
    signer = aws.client("s3", signature_version="s3v4")
    where = {"Bucket": bucket, "Key": "a"}
    url = signer.generate_presigned_url("get_object", where, ExpiresIn=604_801)

    refused = send(url)

    assert refused.status == 400
    assert "<Code>AuthorizationQueryParametersError</Code>" in refused.body


def test_a_form_whose_policy_has_expired_is_refused(aws, s3, bucket):
    form = s3.generate_presigned_post(bucket, "posted", ExpiresIn=1)
    valid = s3.generate_presigned_post(bucket, "posted", ExpiresIn=3600)

    assert send(valid["url"], "POST", *as_form(valid["fields"], b"content")).status == 204
    late = as_form(form["fields"], b"late")
    refused = aws.until(
        lambda: (answer := send(form["url"], "POST", *late)).status == 403 and answer
    )

    assert re.search("<Code>AccessDenied</Code>.*Policy expired", refused.body)
