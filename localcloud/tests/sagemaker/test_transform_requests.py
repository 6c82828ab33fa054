"""Transform jobs and models as they are asked for, described and refused."""

from __future__ import annotations

import uuid

import pytest
from botocore.exceptions import ClientError

ROLE = "arn:aws:iam::123456789012:role/sagemaker"
LINES = {"SplitType": "Line"}


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"reads": {"SplitType": "RecordIO"}}, "SplitType RecordIO does not work"),
        ({"reads": {"SplitType": "TFRecord"}}, "SplitType TFRecord does not work"),
        ({"DataProcessing": {"InputFilter": "$[1:]"}}, "DataProcessing.InputFilter .* not work"),
        ({"DataProcessing": {"JoinSource": "Input"}}, "DataProcessing.JoinSource Input does not"),
        ({"DataCaptureConfig": {"DestinationS3Uri": "s3://models/c"}}, "DataCaptureConfig does"),
        ({"MaxPayloadInMB": 0}, "MaxPayloadInMB 0 .* does not work"),
        ({"MaxPayloadInMB": 101}, "cannot exceed 100 MB"),
        ({"MaxPayloadInMB": 20, "MaxConcurrentTransforms": 6}, "cannot exceed 100 MB"),
        ({"ModelName": "there-is-none"}, "Could not find model"),
    ],
)
def test_a_job_that_cannot_run_here_is_refused_by_name(sagemaker, settings, why):
    with pytest.raises(ClientError, match=why) as refused:
        sagemaker.transform("any/", **settings)

    assert refused.value.response["Error"]["Code"] == "ValidationException"


@pytest.mark.parametrize(
    ("container", "why"),
    [
        ({"Mode": "MultiModel"}, "Mode MultiModel does not work"),
        ({"ModelPackageName": "package"}, "ModelPackageName does not work"),
        (
            {
                "ModelDataSource": {
                    "S3DataSource": {
                        "S3Uri": "s3://models/m/",
                        "S3DataType": "S3Prefix",
                        "CompressionType": "None",
                    }
                }
            },
            "ModelDataSource does not work",
        ),
    ],
)
def test_a_model_that_is_not_served_here_is_refused_by_name(sagemaker, container, why):
    with pytest.raises(ClientError, match=why):
        sagemaker.transform("any/", ModelName=sagemaker.model(**container))


def test_a_model_of_several_containers_is_refused(sagemaker):
    name = f"pipeline-{uuid.uuid4().hex[:8]}"
    containers = [{"Image": "registry/served-model:1"}] * 2
    sagemaker.client.create_model(ModelName=name, ExecutionRoleArn=ROLE, Containers=containers)

    with pytest.raises(ClientError, match="A model of 2 containers does not work"):
        sagemaker.transform("any/", ModelName=name)


def test_a_models_name_is_used_once_until_it_is_deleted(sagemaker):
    name = sagemaker.model(factor=2)
    described = sagemaker.client.describe_model(ModelName=name)
    asked = {key: described[key] for key in ("ModelName", "ExecutionRoleArn", "PrimaryContainer")}

    with pytest.raises(ClientError, match="Cannot create already existing model"):
        sagemaker.client.create_model(**asked)
    sagemaker.client.delete_model(ModelName=name)
    sagemaker.client.create_model(**asked)

    made = sagemaker.client.describe_model(ModelName=name)
    assert made["PrimaryContainer"] == described["PrimaryContainer"]


def test_a_jobs_name_is_used_once_and_its_request_is_described_and_listed(sagemaker):
    sagemaker.put("listed/a.csv", b"1")
    name = sagemaker.transform("listed/", reads=LINES, Environment={"WAY": "count"})
    job = sagemaker.transformed(name)
    asked = ("TransformJobName", "ModelName", "TransformInput", "TransformOutput")

    with pytest.raises(sagemaker.client.exceptions.ResourceInUse):
        sagemaker.client.create_transform_job(
            **{member: job[member] for member in (*asked, "TransformResources")}
        )
    with pytest.raises(ClientError, match="Could not find transform job"):
        sagemaker.client.describe_transform_job(TransformJobName="there-is-none")
    found = sagemaker.client.list_transform_jobs(NameContains=name, StatusEquals="Completed")

    assert job["TransformInput"]["SplitType"] == "Line"
    assert job["Environment"] == {"WAY": "count"}
    (summary,) = found["TransformJobSummaries"]
    assert summary["TransformJobArn"] == job["TransformJobArn"]
    assert summary["LastModifiedTime"] >= summary["CreationTime"]
