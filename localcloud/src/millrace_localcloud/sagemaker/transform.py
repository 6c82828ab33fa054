"""The contract of a batch transform job's container, and what is done with its answers.

"Custom Inference Code with Batch Transform" (SageMaker Developer Guide); TransformInput and
TransformOutput (SageMaker API Reference).
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from millrace_localcloud.jobs.uris import split_uri
from millrace_localcloud.sagemaker.batching import settle_batching
from millrace_localcloud.sagemaker.container import Container
from millrace_localcloud.sagemaker.errors import JobFailed
from millrace_localcloud.sagemaker.model_server import Cancelled, ModelServer
from millrace_localcloud.sagemaker.models import ServedModel
from millrace_localcloud.sagemaker.plan import ServingPlan
from millrace_localcloud.sagemaker.ports import free_ports
from millrace_localcloud.sagemaker.record import JobRecord
from millrace_localcloud.sagemaker.transfer import InputObject, list_input, shard, unpack_archive
from millrace_localcloud.sagemaker.transformed import Transformed, Transformer

_INVOCATION_TIMEOUT_S = 600
_INVOCATION_RETRIES = 3
"""Defaults of ModelClientConfig (SageMaker API Reference)."""
_STRATEGIES = {"SingleRecord": "SINGLE_RECORD", "MultiRecord": "MULTI_RECORD"}


class TransformPlan(ServingPlan):
    """Objects in, the model's answers to each of them out."""

    log_group = "/aws/sagemaker/TransformJobs"

    def __init__(self, record: JobRecord, model: ServedModel) -> None:
        self._request = record.request
        self._model = model
        self.image = model.image
        self.given_command = ["serve"]
        self.instances = int(self._request["TransformResources"]["InstanceCount"])
        self.variables = {
            **model.variables,
            **(self._request.get("Environment") or {}),
            **_told(self._request),
        }
        self._ports = free_ports(self.instances)
        self._objects: list[InputObject] = []
        self._made: list[Transformed] = []
        self._failures: list[str] = []

    def variables_of(self, container: Container) -> Mapping[str, str]:
        port = self._ports[container.index]
        return {**self.variables, "SAGEMAKER_BIND_TO_PORT": str(port)}

    def stage(self, s3: Any, containers: Sequence[Container]) -> None:
        source = self._request["TransformInput"]["DataSource"]["S3DataSource"]
        self._objects = list_input(s3, source["S3Uri"], source["S3DataType"])
        for container in containers:
            folder = container.folder("/opt/ml/model")
            if self._model.data_uri:
                unpack_archive(s3, self._model.data_uri, folder)

    def drive(self, s3: Any, containers: Sequence[Container], ended: threading.Event) -> None:
        with ThreadPoolExecutor(len(containers), "sagemaker-transform") as instances:
            drives = [instances.submit(self._drive_one, s3, each, ended) for each in containers]
        for each in drives:
            each.result()

    def collect(self, s3: Any, containers: Sequence[Container]) -> None:
        self.rescue(s3)
        if self._failures:
            raise JobFailed(self._failures[0])
        if len(self._made) < len(self._objects):
            raise JobFailed("AlgorithmError: the container ended before all input was transformed")

    def rescue(self, s3: Any) -> None:
        """Objects that were transformed whole are kept whatever becomes of the others."""
        output = self._request["TransformOutput"]
        bucket, prefix = split_uri(output["S3OutputPath"])
        key_id = output.get("KmsKeyId")
        extra = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key_id} if key_id else {}
        for made in list(self._made):
            key = f"{prefix.rstrip('/')}/{made.path}.out".lstrip("/")
            s3.upload_file(str(made.file), bucket, key, ExtraArgs=extra)

    def _drive_one(self, s3: Any, container: Container, ended: threading.Event) -> None:
        share = shard(self._objects, "ShardedByS3Key", container.index, self.instances)
        with suppress(Cancelled):
            try:
                transformer = self._transformer(self._server(container, ended))
            except JobFailed as exc:
                self._failures.append(str(exc))
                return
            for number, item in enumerate(share):
                place = container.base.parent / f"{container.host}-{number}"
                try:
                    self._made.append(transformer.transform(s3, item, place))
                except JobFailed as exc:
                    self._failures.append(f"{exc} (s3://{item.bucket}/{item.key})")

    def _transformer(self, server: ModelServer) -> Transformer:
        server.await_start()
        by_line = self._request["TransformOutput"].get("AssembleWith") == "Line"
        return Transformer(
            server,
            settle_batching(self._request, server.execution_parameters()),
            self._request["TransformInput"],
            ending=b"\n" if by_line else b"",
        )

    def _server(self, container: Container, ended: threading.Event) -> ModelServer:
        client = self._request.get("ModelClientConfig") or {}
        headers = {
            "Content-Type": self._request["TransformInput"].get("ContentType"),
            "Accept": self._request["TransformOutput"].get("Accept"),
        }
        return ModelServer(
            self._ports[container.index],
            {name: value for name, value in headers.items() if value},
            timeout_s=float(client.get("InvocationsTimeoutInSeconds", _INVOCATION_TIMEOUT_S)),
            retries=int(client.get("InvocationsMaxRetries", _INVOCATION_RETRIES)),
            ended=ended,
        )


def _told(request: Mapping[str, Any]) -> dict[str, str]:
    """What the container is told of the job: only what the request says."""
    told = {
        "SAGEMAKER_MAX_PAYLOAD_IN_MB": request.get("MaxPayloadInMB"),
        "SAGEMAKER_BATCH_STRATEGY": _STRATEGIES.get(request.get("BatchStrategy", "")),
        "SAGEMAKER_MAX_CONCURRENT_TRANSFORMS": request.get("MaxConcurrentTransforms"),
    }
    return {"SAGEMAKER_BATCH": "true"} | {name: str(value) for name, value in told.items() if value}
