"""Tasks that run a batch transform."""

from __future__ import annotations

import json
import os

import pytest
from conformance.stepfunctions.machines import Machines, one_state, until

ROLE = "arn:aws:iam::123456789012:role/sagemaker"


@pytest.fixture(scope="module")
def cloud(start_cloud, served_project, tmp_path_factory):
    project = f"served-model={served_project}"
    with start_cloud(tmp_path_factory.mktemp("sagemaker-tasks"), project) as running:
        running.client("s3").create_bucket(Bucket="models")
        running.client("sagemaker").create_model(
            ModelName="served",
            ExecutionRoleArn=ROLE,
            PrimaryContainer={"Image": "registry/served-model:1"},
        )
        yield running


@pytest.fixture(scope="module")
def machines(cloud):
    return Machines(cloud.client("stepfunctions"))


def transform(prefix, *, model="served", **state):
    source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://models/{prefix}"}
    return one_state(
        "Transform",
        Type="Task",
        Resource="arn:aws:states:::sagemaker:createTransformJob.sync",
        Parameters={
            "TransformJobName.$": "$$.Execution.Name",
            "ModelName": model,
            "TransformInput": {"DataSource": {"S3DataSource": source}, "SplitType": "Line"},
            "TransformOutput": {"S3OutputPath": f"s3://models/out/{prefix}"},
            "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
            "Environment.$": "$",
        },
        **{"TimeoutSeconds": 120, **state},
    )


def put(cloud, key, body):
    cloud.client("s3").put_object(Bucket="models", Key=key, Body=body)


def test_a_transform_job_is_waited_for_and_answers_its_description(machines, cloud):
    put(cloud, "series/a.csv", b"1\n2\n")

    output = machines.output(transform("series/"), {"WAY": "count"})

    assert output["TransformJobStatus"] == "Completed"
    assert output["TransformEndTime"] > 1_600_000_000_000
    made = cloud.client("s3").get_object(Bucket="models", Key="out/series/a.csv.out")
    assert made["Body"].read() == b"2"


def test_a_transform_job_that_fails_fails_the_task_with_its_description(machines, cloud):
    put(cloud, "words/a.csv", b"many")

    described = machines.run(transform("words/"))

    assert described["error"] == "States.TaskFailed"
    cause = json.loads(described["cause"])
    assert cause["TransformJobStatus"] == "Failed"
    assert "Bad HTTP status received from algorithm: 400" in cause["FailureReason"]


@pytest.mark.parametrize(
    ("name", "model", "error"),
    [
        ("used", "served", "SageMaker.ResourceInUseException"),
        ("unused", "there-is-none", "SageMaker.AmazonSageMakerException"),
    ],
)
def test_a_transform_job_that_is_refused_fails_the_task_by_its_error(
    machines, cloud, name, model, error
):
    put(cloud, "refused/a.csv", b"1")
    definition = transform("refused/", model=model)
    machine = machines.create(definition)
    if name == "used":
        machines.wait(machines.start(machine, name=name))
        machine = machines.create(definition)

    described = machines.wait(machines.start(machine, name=name))

    assert described["error"] == error


@pytest.mark.parametrize("ending", ["timed out", "stopped"])
def test_a_transform_job_of_a_task_that_ends_early_is_really_stopped(
    machines, cloud, eventually, tmp_path, ending
):
    put(cloud, "asleep/a.csv", b"sleep")
    pid_file = tmp_path / "pid"
    state = {"TimeoutSeconds": 8} if ending == "timed out" else {}
    machine = machines.create(transform("asleep/", **state))
    execution = machines.start(machine, {"PID_FILE": str(pid_file)})
    assert eventually(lambda: pid_file.exists() and pid_file.read_text())

    if ending == "stopped":
        machines.client.stop_execution(executionArn=execution)

    described = machines.wait(execution)
    assert described["status"] == ("ABORTED" if ending == "stopped" else "FAILED")
    name = execution.rsplit(":", 1)[1]
    sagemaker = cloud.client("sagemaker")
    until(
        lambda: sagemaker.describe_transform_job(TransformJobName=name)["TransformJobStatus"],
        lambda status: status == "Stopped",
    )
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid_file.read_text()), 0)
