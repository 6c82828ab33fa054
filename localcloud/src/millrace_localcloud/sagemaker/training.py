"""The contract of a training container.

"How Amazon SageMaker Provides Training Information" and "How Amazon SageMaker Processes Training
Output" (SageMaker Developer Guide). The ``SM_*`` variables are not part of it: the training toolkit
inside AWS's own images makes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from millrace_localcloud.sagemaker.container import Container
from millrace_localcloud.sagemaker.plan import JobPlan
from millrace_localcloud.sagemaker.record import JobRecord
from millrace_localcloud.sagemaker.transfer import (
    download,
    list_input,
    shard,
    upload,
    upload_archive,
)

_FAILURE_CHARACTERS = 1024
_CONFIG = "/opt/ml/input/config"


class TrainingPlan(JobPlan):
    """Channels in, a model out."""

    log_group = "/aws/sagemaker/TrainingJobs"

    def __init__(self, record: JobRecord) -> None:
        request = record.request
        algorithm = request["AlgorithmSpecification"]
        self._record = record
        self._channels = request.get("InputDataConfig") or []
        self.image = algorithm["TrainingImage"]
        self.given_command = [
            *algorithm["ContainerEntrypoint"],
            *(algorithm.get("ContainerArguments") or []),
        ]
        self.instances = int(request["ResourceConfig"].get("InstanceCount", 1))
        self.variables = {
            **(request.get("Environment") or {}),
            "TRAINING_JOB_NAME": record.name,
            "TRAINING_JOB_ARN": record.arn,
        }

    def stage(self, s3: Any, containers: Sequence[Container]) -> None:
        for channel in self._channels:
            source = channel["DataSource"]["S3DataSource"]
            objects = list_input(s3, source["S3Uri"], source["S3DataType"])
            way = source.get("S3DataDistributionType", "FullyReplicated")
            for index, container in enumerate(containers):
                mine = shard(objects, way, index, len(containers))
                folder = container.folder(f"/opt/ml/input/data/{channel['ChannelName']}")
                download(s3, mine, folder)
        for container in containers:
            self._configure(container, [each.host for each in containers])
            container.folder("/opt/ml/model")
            container.folder("/opt/ml/output/data")

    def collect(self, s3: Any, containers: Sequence[Container]) -> None:
        output = self._record.request["OutputDataConfig"]
        place = f"{output['S3OutputPath'].rstrip('/')}/{self._record.name}/output"
        models = [container.local("/opt/ml/model") for container in containers]
        if output.get("CompressionType") == "NONE":
            for model in models:
                upload(s3, model, f"{place}/model")
            self._record.model_uri = f"{place}/model/"
        else:
            archive = containers[0].base / "model.tar.gz"
            upload_archive(s3, models, archive, f"{place}/model.tar.gz")
            self._record.model_uri = f"{place}/model.tar.gz"
        others = [container.local("/opt/ml/output/data") for container in containers]
        if any(_has_files(folder) for folder in others):
            archive = containers[0].base / "output.tar.gz"
            upload_archive(s3, others, archive, f"{place}/output.tar.gz")

    def failure(self, containers: Sequence[Container]) -> str | None:
        said = (c.read_text("/opt/ml/output/failure", _FAILURE_CHARACTERS) for c in containers)
        return next(filter(None, said), None)

    def _configure(self, container: Container, hosts: list[str]) -> None:
        resources = self._record.request["ResourceConfig"]
        kind = resources.get("InstanceType", "")
        group = {
            "instance_group_name": "homogeneousCluster",
            "instance_type": kind,
            "hosts": hosts,
        }
        container.write_json(
            f"{_CONFIG}/resourceconfig.json",
            {
                "current_host": container.host,
                "current_instance_type": kind,
                "current_group_name": group["instance_group_name"],
                "hosts": hosts,
                "instance_groups": [group],
                "network_interface_name": "lo",
            },
        )
        hyperparameters = self._record.request.get("HyperParameters") or {}
        container.write_json(f"{_CONFIG}/hyperparameters.json", hyperparameters)
        channels = {channel["ChannelName"]: _channel(channel) for channel in self._channels}
        container.write_json(f"{_CONFIG}/inputdataconfig.json", channels)


def _channel(channel: dict[str, Any]) -> dict[str, str]:
    source = channel["DataSource"]["S3DataSource"]
    described = {
        "TrainingInputMode": "File",
        "S3DistributionType": source.get("S3DataDistributionType", "FullyReplicated"),
        "RecordWrapperType": channel.get("RecordWrapperType", "None"),
    }
    content = channel.get("ContentType")
    return {**described, "ContentType": content} if content else described


def _has_files(folder: Path) -> bool:
    return any(path.is_file() for path in folder.rglob("*"))
