from __future__ import annotations

import uuid

import pytest

from .jobs import Jobs


@pytest.fixture
def sagemaker(aws, role, image):
    bucket = aws.bucket(f"sagemaker-{uuid.uuid4().hex[:12]}")
    return Jobs(aws.client, bucket, role, image, aws.patience_s)
