"""Job and job-run operations."""

from __future__ import annotations

import threading
from typing import Any, ClassVar

from moto.core.utils import utcnow
from moto.glue.exceptions import (
    ConcurrentRunsExceededException,
    GlueClientError,
    JobNotFoundException,
    JobRunNotFoundException,
)
from moto.glue.models import FakeJob, GlueBackend

from millrace_localcloud.glue.jobs.run import ENDED, JobRun
from millrace_localcloud.glue.jobs.runner import JobRunner

_COMMANDS = ("glueetl", "pythonshell")
_UPDATABLE = {
    "Description": "description",
    "LogUri": "log_uri",
    "Role": "role",
    "ExecutionProperty": "execution_property",
    "Command": "command",
    "DefaultArguments": "default_arguments",
    "NonOverridableArguments": "non_overridable_arguments",
    "Connections": "connections",
    "MaxRetries": "max_retries",
    "AllocatedCapacity": "allocated_capacity",
    "Timeout": "timeout",
    "MaxCapacity": "max_capacity",
    "WorkerType": "worker_type",
    "NumberOfWorkers": "number_of_workers",
    "SecurityConfiguration": "security_configuration",
    "NotificationProperty": "notification_property",
    "GlueVersion": "glue_version",
    "CodeGenConfigurationNodes": "code_gen_configuration_nodes",
    "ExecutionClass": "execution_class",
    "SourceControlDetails": "source_control_details",
}
_MAPPINGS = frozenset({"ExecutionProperty", "DefaultArguments"})
_starting = threading.Lock()


class Job(FakeJob):
    """A job whose runs are listed newest first, as GetJobRuns answers them."""

    def get_job_runs(self) -> list[JobRun]:
        return list(reversed(self.job_runs))


class JobsBackend(GlueBackend):
    """moto's jobs, really run."""

    runner: ClassVar[JobRunner]

    def create_job(self, name: str, command: dict[str, str], **given: Any) -> None:
        if name in self.jobs:
            raise GlueClientError(
                "IdempotentParameterMismatchException",
                f"Job with name {name} already submitted with different configuration.",
            )
        _require_runnable(command)
        self.jobs[name] = Job(name=name, command=command, backend=self, **given)

    def update_job(self, name: str, update: dict[str, Any]) -> None:
        """Overwrite the whole definition (AWS Glue API, UpdateJob: JobUpdate)."""
        job = self.get_job(name)
        if "Command" in update:
            _require_runnable(update["Command"])
        for member, attribute in _UPDATABLE.items():
            default: dict[str, Any] | None = {} if member in _MAPPINGS else None
            setattr(job, attribute, update.get(member, default))
        job.max_retries = job.max_retries or 0
        job.execution_class = job.execution_class or "STANDARD"
        job.last_modified_on = utcnow()

    def start_job_run(
        self, name: str, arguments: dict[str, str] | None, *capacity: Any, **given: Any
    ) -> str:
        names = (
            "allocated_capacity",
            "max_capacity",
            "timeout",
            "worker_type",
            "security_configuration",
            "number_of_workers",
            "notification_property",
            "previous_run_id",
        )
        asked = {**dict(zip(names, capacity, strict=False)), **given}
        previous = asked.pop("previous_run_id", None)
        with _starting:
            job = self.get_job(name)
            if previous is not None:
                arguments = {
                    **(self.get_job_run(name, previous).arguments or {}),
                    **(arguments or {}),
                }
            running = sum(run.status not in ENDED for run in job.job_runs)
            if running >= job.execution_property.get("MaxConcurrentRuns", 1):
                raise ConcurrentRunsExceededException(f"Concurrent runs exceeded for {name}")
            settings = {key: value or getattr(job, key) for key, value in asked.items()}
            run = _first_attempt(job, arguments or {}, job_run_id=previous, **settings)
            job.job_runs.append(run)
        self.runner.start(job, run, self._retry)
        return str(run.job_run_id)

    def warm_up(self) -> None:
        """Start Spark ahead of a run that is expected, of any of the jobs: they share one JVM."""
        for job in self.jobs.values():
            if job.command["Name"] == "glueetl":
                self.runner.warm_up(job, _first_attempt(job, {}, worker_type=job.worker_type))
                return

    def batch_stop_job_run(
        self, name: str, run_ids: list[str]
    ) -> tuple[list[str], list[tuple[str, str, str]]]:
        """Stop runs; answers those told to stop, and id, code and message of the others."""
        stopped: list[str] = []
        errors: list[tuple[str, str, str]] = []
        for run_id in run_ids:
            try:
                run = self.get_job_run(name, run_id)
            except (JobNotFoundException, JobRunNotFoundException) as exc:
                errors.append((run_id, "EntityNotFoundException", exc.message))
                continue
            if run.status in ENDED:
                message = f"Job run {run_id} is in state {run.status} and cannot be stopped"
                errors.append((run_id, "JobRunInTerminalStateException", message))
                continue
            self.runner.stop(run)
            stopped.append(run_id)
        return stopped, errors

    def end_lost_runs(self) -> None:
        """Runs of a cloud that is gone have no process: they failed."""
        for job in self.jobs.values():
            for run in job.job_runs:
                if run.status not in ENDED:
                    run.end("FAILED", "The local cloud was stopped while the job ran")

    def _retry(self, run: JobRun) -> None:
        """Try again, up to MaxRetries, as a run of its own: ``jr_…_attempt_1``."""
        job = self.jobs.get(run.job_name)
        if job is None or run.attempt >= (job.max_retries or 0):
            return
        first_id = run.job_run_id.split("_attempt_")[0]
        again = JobRun(
            job_name=run.job_name,
            arguments=run.arguments,
            job_run_id=run.job_run_id,
            glue_version=run.glue_version,
            attempt=run.attempt + 1,
            allocated_capacity=run.allocated_capacity,
            max_capacity=run.max_capacity,
            timeout=run.timeout,
            worker_type=run.worker_type,
            security_configuration=run.security_configuration,
            number_of_workers=run.number_of_workers,
            notification_property=run.notification_property,
        )
        again.job_run_id = f"{first_id}_attempt_{again.attempt}"
        job.job_runs.append(again)
        self.runner.start(job, again, self._retry)


def _first_attempt(job: Job, arguments: dict[str, str], **settings: Any) -> JobRun:
    merged = {**job.default_arguments, **arguments, **(job.non_overridable_arguments or {})}
    return JobRun(
        job_name=job.name,
        arguments=merged,
        glue_version=job.glue_version,
        attempt=0,
        **settings,
    )


def _require_runnable(command: dict[str, str]) -> None:
    if command.get("Name") not in _COMMANDS:
        raise GlueClientError(
            "InvalidInputException",
            f"Command {command.get('Name')!r} does not run in the local cloud; "
            f"these do: {', '.join(_COMMANDS)}",
        )
    if not command.get("ScriptLocation"):
        raise GlueClientError("InvalidInputException", "Command has no ScriptLocation")
