"""What several tests here need."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto import mock_aws

from millrace.aws import Aws


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """Moto's AWS, with the bucket for artifacts."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        one = Aws(environment="test", region="us-east-1")
        one.client("s3").create_bucket(Bucket="artifacts")
        one.client("ssm").put_parameter(
            Name="/millrace/test/buckets/artifacts", Type="String", Value="artifacts"
        )
        yield one
