from __future__ import annotations

import uuid

import pytest
from botocore.exceptions import ClientError


def test_a_group_that_exists_is_refused_and_keeps_its_versions(sagemaker):
    name = f"group-{uuid.uuid4().hex[:8]}"
    sagemaker.client.create_model_package_group(ModelPackageGroupName=name)
    sagemaker.client.create_model_package(ModelPackageGroupName=name)

    with pytest.raises(ClientError, match="Model Package Group already exists") as refused:
        sagemaker.client.create_model_package_group(ModelPackageGroupName=name)

    assert refused.value.response["Error"]["Code"] == "ValidationException"
    listed = sagemaker.client.list_model_packages(ModelPackageGroupName=name)
    assert len(listed["ModelPackageSummaryList"]) == 1
