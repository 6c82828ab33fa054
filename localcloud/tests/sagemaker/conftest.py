"""A cloud with two images: the environment of these tests, and a model's container."""

from __future__ import annotations

import io
import json
import sys
import tarfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conformance.sagemaker.jobs import Jobs

IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/model-code:1"
SERVED_IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/served-model:1"
ROLE = "arn:aws:iam::123456789012:role/sagemaker"


@dataclass(frozen=True)
class SageMaker(Jobs):
    """Jobs on a cloud of these tests, batch transforms among them."""

    cloud: Any = None

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
            ExecutionRoleArn=self.role,
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
        listed = self.client_of("s3").list_objects_v2(Bucket=self.bucket, Prefix=prefix)
        keys = [item["Key"] for item in listed.get("Contents", ())]
        return {key.removeprefix(prefix): self.get(key) for key in keys}

    def transformed(self, name: str) -> dict[str, Any]:
        """The transform job, once it has ended."""
        return self.ended("Transform", name, self.client.describe_transform_job)


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
        yield SageMaker(cloud.client, "models", ROLE, IMAGE, cloud=cloud)
