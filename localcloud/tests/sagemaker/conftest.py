"""A cloud with one image, whose environment is that of these tests."""

from __future__ import annotations

import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

DEADLINE_S = 120
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/model-code:1"
ROLE = "arn:aws:iam::123456789012:role/sagemaker"


@dataclass(frozen=True)
class SageMaker:
    """Makes jobs of Python code and waits for them."""

    cloud: Any
    bucket: str

    @property
    def client(self) -> Any:
        return self.cloud.client("sagemaker")

    def put(self, key: str, body: bytes) -> str:
        self.cloud.client("s3").put_object(Bucket=self.bucket, Key=key, Body=body)
        return f"s3://{self.bucket}/{key}"

    def get(self, key: str) -> bytes:
        found = self.cloud.client("s3").get_object(Bucket=self.bucket, Key=key)
        return bytes(found["Body"].read())

    def uri(self, prefix: str) -> str:
        return f"s3://{self.bucket}/{prefix}"

    def process(self, code: str, *, count: int = 1, **given: Any) -> str:
        """Start a processing job of ``code``; answers its name."""
        name = f"process-{uuid.uuid4().hex[:8]}"
        arguments = given.pop("arguments", [])
        cluster = {"InstanceCount": count, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1}
        self.client.create_processing_job(
            ProcessingJobName=name,
            RoleArn=ROLE,
            AppSpecification={
                "ImageUri": IMAGE,
                "ContainerEntrypoint": ["python", "-c", code],
                **({"ContainerArguments": arguments} if arguments else {}),
            },
            ProcessingResources={"ClusterConfig": cluster},
            **given,
        )
        return name

    def train(self, code: str, **given: Any) -> str:
        """Start a training job of ``code``; answers its name."""
        name = f"train-{uuid.uuid4().hex[:8]}"
        self.client.create_training_job(
            **{
                "TrainingJobName": name,
                "RoleArn": ROLE,
                "AlgorithmSpecification": {
                    "TrainingImage": IMAGE,
                    "TrainingInputMode": "File",
                    "ContainerEntrypoint": ["python", "-c", code],
                },
                "OutputDataConfig": {"S3OutputPath": self.uri("models/")},
                "ResourceConfig": {
                    "InstanceCount": 1,
                    "InstanceType": "ml.m5.large",
                    "VolumeSizeInGB": 1,
                },
                "StoppingCondition": {"MaxRuntimeInSeconds": 60},
                **given,
            }
        )
        return name

    def processed(self, name: str) -> dict[str, Any]:
        """The processing job, once it has ended."""
        return self._ended("Processing", name, self.client.describe_processing_job)

    def trained(self, name: str) -> dict[str, Any]:
        """The training job, once it has ended."""
        return self._ended("Training", name, self.client.describe_training_job)

    def _ended(self, kind: str, name: str, describe: Any) -> dict[str, Any]:
        deadline = time.monotonic() + DEADLINE_S
        while True:
            job = describe(**{f"{kind}JobName": name})
            if job[f"{kind}JobStatus"] in ("Completed", "Failed", "Stopped"):
                return dict(job)
            assert time.monotonic() < deadline, job
            time.sleep(0.05)


@pytest.fixture(scope="session")
def sagemaker(
    start_cloud: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SageMaker]:
    project: Path = tmp_path_factory.mktemp("model-code")
    (project / ".venv").symlink_to(sys.prefix)
    home = tmp_path_factory.mktemp("sagemaker-cloud")
    with start_cloud(home, f"model-code={project}") as cloud:
        cloud.client("s3").create_bucket(Bucket="models")
        yield SageMaker(cloud, "models")
