"""SageMaker's job operations, and those that are refused because nothing would be done."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.sagemaker.exceptions import AWSValidationException
from moto.sagemaker.responses import SageMakerResponse as MotoSageMakerResponse

_DEFAULT_PAGE = 10
_MOST = 100
"""MaxResults of the job lists (SageMaker API Reference)."""


def _refused(operation: str) -> Callable[[Any], ActionResult]:
    def refuse(_self: Any) -> ActionResult:
        raise AWSValidationException(f"{operation} does not work in the local cloud")

    return refuse


class SageMakerResponse(MotoSageMakerResponse):
    """Processing, training and transform jobs."""

    create_auto_ml_job_v2 = _refused("CreateAutoMLJobV2")
    create_compilation_job = _refused("CreateCompilationJob")
    create_endpoint = _refused("CreateEndpoint")
    create_hyper_parameter_tuning_job = _refused("CreateHyperParameterTuningJob")
    create_notebook_instance = _refused("CreateNotebookInstance")
    start_pipeline_execution = _refused("StartPipelineExecution")

    def create_processing_job(self) -> ActionResult:
        return self._create("Processing")

    def create_training_job(self) -> ActionResult:
        return self._create("Training")

    def create_transform_job(self) -> ActionResult:
        return self._create("Transform")

    def describe_processing_job(self) -> ActionResult:
        return self._describe("Processing")

    def describe_training_job(self) -> ActionResult:
        return self._describe("Training")

    def describe_transform_job(self) -> ActionResult:
        return self._describe("Transform")

    def stop_processing_job(self) -> ActionResult:
        return self._stop("Processing")

    def stop_training_job(self) -> ActionResult:
        return self._stop("Training")

    def stop_transform_job(self) -> ActionResult:
        return self._stop("Transform")

    def list_processing_jobs(self) -> ActionResult:
        return self._list("Processing")

    def list_training_jobs(self) -> ActionResult:
        return self._list("Training")

    def list_transform_jobs(self) -> ActionResult:
        return self._list("Transform")

    def _create(self, kind: str) -> ActionResult:
        record = self.sagemaker_backend.create_job(kind, json.loads(self.body))
        return ActionResult({f"{kind}JobArn": record.arn})

    def _describe(self, kind: str) -> ActionResult:
        name = self._get_param(f"{kind}JobName")
        return ActionResult(self.sagemaker_backend.job(kind, name).describe())

    def _stop(self, kind: str) -> ActionResult:
        self.sagemaker_backend.stop_job(kind, self._get_param(f"{kind}JobName"))
        return EmptyResult()

    def _list(self, kind: str) -> ActionResult:
        asked = json.loads(self.body or "{}")
        jobs = self.sagemaker_backend.list_jobs(kind, asked)
        token = asked.get("NextToken") or "0"
        if not token.isdigit():
            raise AWSValidationException("Invalid pagination token")
        begin = int(token)
        end = begin + min(int(asked.get("MaxResults") or _DEFAULT_PAGE), _MOST)
        answer = {f"{kind}JobSummaries": [job.summary() for job in jobs[begin:end]]}
        more = {"NextToken": str(end)} if end < len(jobs) else {}
        return ActionResult({**answer, **more})
