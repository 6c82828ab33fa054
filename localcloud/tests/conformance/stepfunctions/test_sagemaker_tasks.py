"""Tasks that run a SageMaker job and wait for it."""

from __future__ import annotations

import json

from .machines import one_state, until

CLUSTER = {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1}


def process(sagemaker, code, **state):
    return one_state(
        "Process",
        Type="Task",
        Resource="arn:aws:states:::sagemaker:createProcessingJob.sync",
        Parameters={
            "ProcessingJobName.$": "$$.Execution.Name",
            "RoleArn": sagemaker.role,
            "AppSpecification": {
                "ImageUri": sagemaker.image,
                "ContainerEntrypoint": ["python", "-c", code],
            },
            "ProcessingResources": {"ClusterConfig": CLUSTER},
        },
        **{"TimeoutSeconds": 120, **state},
    )


def test_a_processing_job_answers_its_description(machines, sagemaker):
    output = machines.output(process(sagemaker, "print('done')"))

    assert output["ProcessingJobStatus"] == "Completed"
    assert output["ProcessingEndTime"] > 1_600_000_000_000


def test_a_processing_job_that_fails_fails_the_task_with_its_description(machines, sagemaker):
    described = machines.run(process(sagemaker, "raise SystemExit('no model')"))

    assert described["error"] == "States.TaskFailed"
    assert json.loads(described["cause"])["ProcessingJobStatus"] == "Failed"


def test_a_processing_job_of_a_task_that_times_out_is_stopped(machines, sagemaker):
    code = "import time; time.sleep(600)"
    execution = machines.start(machines.create(process(sagemaker, code, TimeoutSeconds=3)))

    assert machines.wait(execution)["error"] == "States.Timeout"

    name = execution.rsplit(":", 1)[1]
    until(
        lambda: sagemaker.client.describe_processing_job(ProcessingJobName=name)[
            "ProcessingJobStatus"
        ],
        lambda status: status == "Stopped",
    )


def test_a_training_job_answers_where_its_model_lies(machines, sagemaker):
    code = (
        "import os, pathlib\n"
        "base = pathlib.Path(os.environ.get('SAGEMAKER_BASE_DIR', '/opt/ml'))\n"
        "(base / 'model' / 'model.json').write_text('{}')"
    )
    output = machines.output(
        one_state(
            "Train",
            Type="Task",
            Resource="arn:aws:states:::sagemaker:createTrainingJob.sync",
            Parameters={
                "TrainingJobName.$": "$$.Execution.Name",
                "RoleArn": sagemaker.role,
                "AlgorithmSpecification": {
                    "TrainingImage": sagemaker.image,
                    "TrainingInputMode": "File",
                    "ContainerEntrypoint": ["python", "-c", code],
                },
                "OutputDataConfig": {"S3OutputPath": sagemaker.uri("flights/")},
                "ResourceConfig": CLUSTER,
                "StoppingCondition": {"MaxRuntimeInSeconds": 60},
            },
            TimeoutSeconds=120,
        )
    )

    name = output["TrainingJobName"]
    assert output["TrainingJobStatus"] == "Completed"
    model = output["ModelArtifacts"]["S3ModelArtifacts"]
    assert model == sagemaker.uri(f"flights/{name}/output/model.tar.gz")
