"""Processing, training and transform jobs, really run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar

from moto.sagemaker.exceptions import (
    AWSValidationException,
    ResourceInUseException,
    ValidationError,
)
from moto.sagemaker.models import Model, SageMakerModelBackend

from millrace_localcloud.sagemaker.models import served_model
from millrace_localcloud.sagemaker.plan import JobPlan
from millrace_localcloud.sagemaker.processing import ProcessingPlan
from millrace_localcloud.sagemaker.record import ENDED, JobRecord
from millrace_localcloud.sagemaker.requests import check_processing, check_training
from millrace_localcloud.sagemaker.runner import SageMakerRunner
from millrace_localcloud.sagemaker.training import TrainingPlan
from millrace_localcloud.sagemaker.transform import TransformPlan
from millrace_localcloud.sagemaker.transform_requests import check_transform

_KINDS = ("Processing", "Training", "Transform")

_creating = threading.Lock()


class SageMakerBackend(SageMakerModelBackend):
    """moto's SageMaker, whose jobs are ``JobRecord`` and run."""

    runner: ClassVar[SageMakerRunner]

    def create_job(self, kind: str, request: dict[str, Any]) -> JobRecord:
        """Create and start a job of ``kind``: ``Processing``, ``Training`` or ``Transform``."""
        plan_for = self._checked(kind, request)
        name = request[f"{kind}JobName"]
        with _creating:
            jobs = self._jobs(kind)
            if name in jobs:
                raise ResourceInUseException(
                    "Job name must be unique within an AWS account and region, and a job with "
                    f"this name already exists ({jobs[name].arn})"
                )
            record = jobs[name] = JobRecord(kind, self._arn(kind, name), request)
        self.runner.start(record, plan_for(record))
        return record

    def create_model(self, model_name: str, *given: Any, **named: Any) -> Model:
        """A model; the name of one that exists is refused, where moto replaces it."""
        with _creating:
            if model_name in self._models:
                arn = self._models[model_name].arn
                raise ValidationError(f'Cannot create already existing model "{arn}".')
            return super().create_model(model_name, *given, **named)

    def create_model_package_group(
        self, model_package_group_name: str, *given: Any, **named: Any
    ) -> str:
        """A group; the name of one that exists is refused, where moto empties it."""
        with _creating:
            found = self.model_package_groups.get(model_package_group_name)
            if found is not None:
                raise ValidationError(f"Model Package Group already exists: {found.arn}")
            arn: str = super().create_model_package_group(model_package_group_name, *given, **named)
            return arn

    def job(self, kind: str, name: str) -> JobRecord:
        """A job by name. Raises AWSValidationException, as AWS does."""
        try:
            return self._jobs(kind)[name]
        except KeyError:
            arn = self._arn(kind, name)
            raise AWSValidationException(f"Could not find {kind.lower()} job '{arn}'.") from None

    def stop_job(self, kind: str, name: str) -> None:
        record = self.job(kind, name)
        if not self.runner.stop(record):
            raise AWSValidationException(
                f"The request was rejected because the {kind.lower()} job is in status "
                f"{record.status}."
            )

    def list_jobs(self, kind: str, asked: Mapping[str, Any]) -> list[JobRecord]:
        """Jobs as ListProcessingJobs and its siblings filter and sort them."""
        keys = {"Name": "name", "Status": "status"}
        attribute = keys.get(asked.get("SortBy", ""), "created_at")
        found = [job for job in list(self._jobs(kind).values()) if _wanted(job, asked)]
        newest_first = asked.get("SortOrder", "Descending") == "Descending"
        return sorted(found, key=lambda job: getattr(job, attribute), reverse=newest_first)

    def end_lost_jobs(self) -> None:
        """Jobs of a cloud that is gone have no process: they failed."""
        for kind in _KINDS:
            for record in self._jobs(kind).values():
                if record.status not in ENDED:
                    reason = "InternalServerError: The local cloud was stopped while the job ran"
                    record.end("Failed", reason)

    def _jobs(self, kind: str) -> dict[str, JobRecord]:
        jobs: dict[str, JobRecord] = getattr(self, f"{kind.lower()}_jobs")
        return jobs

    def _checked(self, kind: str, request: dict[str, Any]) -> Callable[[JobRecord], JobPlan]:
        if kind == "Processing":
            check_processing(request)
            return ProcessingPlan
        if kind == "Training":
            check_training(request)
            return TrainingPlan
        check_transform(request)
        described = self.describe_model(request["ModelName"]).response_object
        return partial(TransformPlan, model=served_model(described))

    def _arn(self, kind: str, name: str) -> str:
        place = f"{self.region_name}:{self.account_id}"
        return f"arn:aws:sagemaker:{place}:{kind.lower()}-job/{name}"


def _wanted(job: JobRecord, asked: Mapping[str, Any]) -> bool:
    created, modified = job.created_at.timestamp(), job.modified_at.timestamp()
    bounds = (
        ("CreationTimeAfter", created, 1),
        ("CreationTimeBefore", created, -1),
        ("LastModifiedTimeAfter", modified, 1),
        ("LastModifiedTimeBefore", modified, -1),
    )
    return (
        asked.get("StatusEquals") in (None, job.status)
        and asked.get("NameContains", "").lower() in job.name.lower()
        and all(
            asked.get(member) is None or (value - float(asked[member])) * sign > 0
            for member, value, sign in bounds
        )
    )
