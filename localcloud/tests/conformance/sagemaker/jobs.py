"""SageMaker jobs whose container runs a few lines of Python."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Jobs:
    """Makes jobs of Python code and waits for them."""

    client_of: Callable[..., Any]
    """boto3's client of a service."""
    bucket: str
    role: str
    image: str
    patience_s: int = 180

    @property
    def client(self) -> Any:
        return self.client_of("sagemaker")

    def put(self, key: str, body: bytes) -> str:
        self.client_of("s3").put_object(Bucket=self.bucket, Key=key, Body=body)
        return f"s3://{self.bucket}/{key}"

    def get(self, key: str) -> bytes:
        found = self.client_of("s3").get_object(Bucket=self.bucket, Key=key)
        return bytes(found["Body"].read())

    def uri(self, prefix: str) -> str:
        return f"s3://{self.bucket}/{prefix}"

    def begin_processing(self, code: str, *, count: int = 1, **given: Any) -> str:
        """Start a processing job of ``code``; answers its name."""
        name = f"process-{uuid.uuid4().hex[:8]}"
        arguments = given.pop("arguments", [])
        cluster = {"InstanceCount": count, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1}
        self.client.create_processing_job(
            ProcessingJobName=name,
            RoleArn=self.role,
            AppSpecification={
                "ImageUri": self.image,
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
                "RoleArn": self.role,
                "AlgorithmSpecification": {
                    "TrainingImage": self.image,
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
        return self.ended("Processing", name, self.client.describe_processing_job)

    def trained(self, name: str) -> dict[str, Any]:
        """The training job, once it has ended."""
        return self.ended("Training", name, self.client.describe_training_job)

    def ended(self, kind: str, name: str, describe: Any) -> dict[str, Any]:
        deadline = time.monotonic() + self.patience_s
        while True:
            job = describe(**{f"{kind}JobName": name})
            if job[f"{kind}JobStatus"] in ("Completed", "Failed", "Stopped"):
                return dict(job)
            assert time.monotonic() < deadline, job
            time.sleep(0.05)
