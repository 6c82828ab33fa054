"""Processing and training jobs, really run."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, ClassVar

from moto.sagemaker.exceptions import AWSValidationException, ResourceInUseException
from moto.sagemaker.models import SageMakerModelBackend

from millrace_localcloud.sagemaker.plan import JobPlan
from millrace_localcloud.sagemaker.processing import ProcessingPlan
from millrace_localcloud.sagemaker.record import ENDED, JobRecord
from millrace_localcloud.sagemaker.requests import check_processing, check_training
from millrace_localcloud.sagemaker.runner import SageMakerRunner
from millrace_localcloud.sagemaker.training import TrainingPlan

_creating = threading.Lock()


class SageMakerBackend(SageMakerModelBackend):
    """moto's SageMaker, whose jobs are ``JobRecord`` and run."""

    runner: ClassVar[SageMakerRunner]

    def create_job(self, kind: str, request: dict[str, Any]) -> JobRecord:
        """Create and start a job of ``kind`` (``Processing`` or ``Training``)."""
        (check_processing if kind == "Processing" else check_training)(request)
        name = request[f"{kind}JobName"]
        with _creating:
            jobs = self._jobs(kind)
            if name in jobs:
                raise ResourceInUseException(
                    "Job name must be unique within an AWS account and region, and a job with "
                    f"this name already exists ({jobs[name].arn})"
                )
            record = jobs[name] = JobRecord(kind, self._arn(kind, name), request)
        plan: JobPlan = ProcessingPlan(record) if kind == "Processing" else TrainingPlan(record)
        self.runner.start(record, plan)
        return record

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
        """Jobs as ListProcessingJobs and ListTrainingJobs filter and sort them."""
        keys = {"Name": "name", "Status": "status"}
        attribute = keys.get(asked.get("SortBy", ""), "created_at")
        found = [job for job in list(self._jobs(kind).values()) if _wanted(job, asked)]
        newest_first = asked.get("SortOrder", "Descending") == "Descending"
        return sorted(found, key=lambda job: getattr(job, attribute), reverse=newest_first)

    def end_lost_jobs(self) -> None:
        """Jobs of a cloud that is gone have no process: they failed."""
        for kind in ("Processing", "Training"):
            for record in self._jobs(kind).values():
                if record.status not in ENDED:
                    reason = "InternalServerError: The local cloud was stopped while the job ran"
                    record.end("Failed", reason)

    def _jobs(self, kind: str) -> dict[str, JobRecord]:
        jobs: dict[str, JobRecord] = (
            self.processing_jobs if kind == "Processing" else self.training_jobs
        )
        return jobs

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
