"""The contract of a processing container.

"How Amazon SageMaker Processing Configures Input and Output" and "Build Your Own Processing
Container" (SageMaker Developer Guide).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from millrace_localcloud.sagemaker.container import Container
from millrace_localcloud.sagemaker.plan import JobPlan
from millrace_localcloud.sagemaker.record import JobRecord
from millrace_localcloud.sagemaker.transfer import download, list_input, shard, upload

_MESSAGE_CHARACTERS = 1024


class ProcessingPlan(JobPlan):
    """Inputs at their LocalPath, outputs from theirs."""

    log_group = "/aws/sagemaker/ProcessingJobs"

    def __init__(self, record: JobRecord) -> None:
        request = record.request
        specification = request["AppSpecification"]
        self._record = record
        self._outputs = (request.get("ProcessingOutputConfig") or {}).get("Outputs") or []
        self.image = specification["ImageUri"]
        self.given_command = [
            *specification["ContainerEntrypoint"],
            *(specification.get("ContainerArguments") or []),
        ]
        self.instances = int(request["ProcessingResources"]["ClusterConfig"]["InstanceCount"])
        self.variables = {
            **(request.get("Environment") or {}),
            "PROCESSING_JOB_ARN": record.arn,
        }

    def stage(self, s3: Any, containers: Sequence[Container]) -> None:
        for given in self._record.request.get("ProcessingInputs") or []:
            source = given["S3Input"]
            objects = list_input(s3, source["S3Uri"], source.get("S3DataType", "S3Prefix"))
            way = source.get("S3DataDistributionType", "FullyReplicated")
            for index, container in enumerate(containers):
                mine = shard(objects, way, index, len(containers))
                download(s3, mine, container.folder(source["LocalPath"]))
        hosts = [container.host for container in containers]
        for container in containers:
            resources = {"current_host": container.host, "hosts": hosts}
            container.write_json("/opt/ml/config/resourceconfig.json", resources)
            container.write_json("/opt/ml/config/processingjobconfig.json", self._configuration())
            container.folder("/opt/ml/output")
            for given in self._outputs:
                container.folder(given["S3Output"]["LocalPath"])

    def collect(self, s3: Any, containers: Sequence[Container]) -> None:
        for given in self._outputs:
            target = given["S3Output"]
            for container in containers:
                upload(s3, container.local(target["LocalPath"]), target["S3Uri"])

    def exit_message(self, containers: Sequence[Container]) -> str | None:
        messages = (c.read_text("/opt/ml/output/message", _MESSAGE_CHARACTERS) for c in containers)
        return next(filter(None, messages), None)

    def _configuration(self) -> dict[str, Any]:
        request = self._record.request
        return {
            **{name: value for name, value in request.items() if name != "ExperimentConfig"},
            "ProcessingJobArn": self._record.arn,
            "StoppingCondition": self._record.stopping_condition,
        }


def local_paths(request: dict[str, Any]) -> Iterator[str]:
    """Every path of the container that a request names."""
    for given in request.get("ProcessingInputs") or []:
        yield given["S3Input"]["LocalPath"]
    for given in (request.get("ProcessingOutputConfig") or {}).get("Outputs") or []:
        yield given["S3Output"]["LocalPath"]
