"""A cloud with one image, whose environment is that of these tests."""

from __future__ import annotations

import io
import json
import sys
import tarfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

DEADLINE_S = 120
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/model-code:1"
SERVED_IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/served-model:1"
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

    def model(self, *, factor: int | None = None, **container: Any) -> str:
        """Make a model of ``serve.py``; answers its name."""
        name = f"model-{uuid.uuid4().hex[:8]}"
        if factor is not None:
            packed = io.BytesIO()
            with tarfile.open(fileobj=packed, mode="w:gz") as tar:
                content = json.dumps({"factor": factor}).encode()
                entry = tarfile.TarInfo("model.json")
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))
            container["ModelDataUrl"] = self.put(f"made/{name}.tar.gz", packed.getvalue())
        self.client.create_model(
            ModelName=name,
            ExecutionRoleArn=ROLE,
            PrimaryContainer={"Image": SERVED_IMAGE, **container},
        )
        return name

    def transform(self, prefix: str, *, count: int = 1, **given: Any) -> str:
        """Start a transform job of the objects below ``prefix``; answers its name.

        Its outputs are below the prefix ``out-<name>/``.
        """
        name = f"transform-{uuid.uuid4().hex[:8]}"
        reads, writes = given.pop("reads", {}), given.pop("writes", {})
        source = {"S3DataType": "S3Prefix", "S3Uri": self.uri(prefix)}
        self.client.create_transform_job(
            **{
                "TransformJobName": name,
                "ModelName": given["ModelName"] if "ModelName" in given else self.model(),
                "TransformInput": {"DataSource": {"S3DataSource": source}, **reads},
                "TransformOutput": {"S3OutputPath": self.uri(f"out-{name}/"), **writes},
                "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": count},
                **given,
            }
        )
        return name

    def outputs(self, name: str) -> dict[str, bytes]:
        """What a transform job left, by key below its output path."""
        prefix = f"out-{name}/"
        listed = self.cloud.client("s3").list_objects_v2(Bucket=self.bucket, Prefix=prefix)
        keys = [item["Key"] for item in listed.get("Contents", ())]
        return {key.removeprefix(prefix): self.get(key) for key in keys}

    def transformed(self, name: str) -> dict[str, Any]:
        """The transform job, once it has ended."""
        return self._ended("Transform", name, self.client.describe_transform_job)

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
    start_cloud: Callable[..., Any],
    served_project: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[SageMaker]:
    project: Path = tmp_path_factory.mktemp("model-code")
    (project / ".venv").symlink_to(sys.prefix)
    home = tmp_path_factory.mktemp("sagemaker-cloud")
    projects = (f"model-code={project}", f"served-model={served_project}")
    with start_cloud(home, *projects) as cloud:
        cloud.client("s3").create_bucket(Bucket="models")
        yield SageMaker(cloud, "models")
