"""Tasks that run a real SageMaker job, in the environment of these tests."""

from __future__ import annotations

import json
import sys

import pytest
from conformance.stepfunctions.machines import Machines, one_state, until

IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/task-code:1"
ROLE = "arn:aws:iam::123456789012:role/sagemaker"
CLUSTER = {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1}


@pytest.fixture(scope="module")
def cloud(start_cloud, tmp_path_factory):
    project = tmp_path_factory.mktemp("container")
    (project / ".venv").symlink_to(sys.prefix)
    with start_cloud(tmp_path_factory.mktemp("sagemaker-tasks"), f"task-code={project}") as running:
        running.client("s3").create_bucket(Bucket="models")
        yield running


@pytest.fixture(scope="module")
def machines(cloud):
    return Machines(cloud.client("stepfunctions"))


def process(code, **state):
    return one_state(
        "Process",
        Type="Task",
        Resource="arn:aws:states:::sagemaker:createProcessingJob.sync",
        Parameters={
            "ProcessingJobName.$": "$$.Execution.Name",
            "RoleArn": ROLE,
            "AppSpecification": {
                "ImageUri": IMAGE,
                "ContainerEntrypoint": ["python", "-c", code],
            },
            "ProcessingResources": {"ClusterConfig": CLUSTER},
        },
        **{"TimeoutSeconds": 120, **state},
    )


def test_a_processing_job_answers_its_description(machines):
    output = machines.output(process("print('done')"))

    assert output["ProcessingJobStatus"] == "Completed"
    assert output["ProcessingEndTime"] > 1_600_000_000_000


def test_a_processing_job_that_fails_fails_the_task_with_its_description(machines):
    described = machines.run(process("raise SystemExit('no model')"))

    assert described["error"] == "States.TaskFailed"
    assert json.loads(described["cause"])["ProcessingJobStatus"] == "Failed"


def test_a_processing_job_of_a_task_that_times_out_is_stopped(machines, cloud):
    code = "import time; time.sleep(600)"
    execution = machines.start(machines.create(process(code, TimeoutSeconds=3)))

    assert machines.wait(execution)["error"] == "States.Timeout"

    name = execution.rsplit(":", 1)[1]
    sagemaker = cloud.client("sagemaker")
    until(
        lambda: sagemaker.describe_processing_job(ProcessingJobName=name)["ProcessingJobStatus"],
        lambda status: status == "Stopped",
    )


def test_a_training_job_answers_where_its_model_lies(machines):
    code = (
        "import os, pathlib\n"
        "base = pathlib.Path(os.environ['SAGEMAKER_BASE_DIR'])\n"
        "(base / 'model' / 'model.json').write_text('{}')"
    )
    output = machines.output(
        one_state(
            "Train",
            Type="Task",
            Resource="arn:aws:states:::sagemaker:createTrainingJob.sync",
            Parameters={
                "TrainingJobName.$": "$$.Execution.Name",
                "RoleArn": ROLE,
                "AlgorithmSpecification": {
                    "TrainingImage": IMAGE,
                    "TrainingInputMode": "File",
                    "ContainerEntrypoint": ["python", "-c", code],
                },
                "OutputDataConfig": {"S3OutputPath": "s3://models/flights/"},
                "ResourceConfig": CLUSTER,
                "StoppingCondition": {"MaxRuntimeInSeconds": 60},
            },
            TimeoutSeconds=120,
        )
    )

    name = output["TrainingJobName"]
    assert output["TrainingJobStatus"] == "Completed"
    model = output["ModelArtifacts"]["S3ModelArtifacts"]
    assert model == f"s3://models/flights/{name}/output/model.tar.gz"
