from __future__ import annotations

import uuid

import pytest


@pytest.fixture
def s3(aws):
    return aws.client("s3")


@pytest.fixture
def bucket(aws):
    return aws.bucket(f"bucket-{uuid.uuid4().hex[:12]}")


@pytest.fixture
def keys(s3, bucket):
    def listed(**arguments):
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, **arguments)
        return [entry["Key"] for page in pages for entry in page.get("Contents", [])]

    return listed
