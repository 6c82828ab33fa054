"""Tasks that start a job and, with ``.sync``, wait for its end."""

from __future__ import annotations

import logging
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_callback as moto_callback,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.resource import (
    ResourceCondition,
)

from millrace_localcloud.jobs.endings import Endings
from millrace_localcloud.stepfunctions.actions import boto_method
from millrace_localcloud.stepfunctions.documents import as_document, to_epoch_ms, to_json
from millrace_localcloud.stepfunctions.interpreter.clients import Clients
from millrace_localcloud.stepfunctions.interpreter.sync_jobs import (
    SyncJob,
    parse_nested_json,
    sync_job,
)
from millrace_localcloud.stepfunctions.interpreter.task_failure import (
    client_error_cause,
    error_name,
    task_failure,
)

_LOG = logging.getLogger(__name__)
_STOPPED_WITHIN_S = 0.2
"""Longest time until a task that waits sees that its execution was stopped."""
_LOOK_AGAIN_S = 5.0
"""Longest time until a job is looked at although none has told of its end."""

_ERRORS = {
    "glue": ("Glue", "AWSGlueException"),
    "athena": ("Athena", "AmazonAthenaException"),
    "sagemaker": ("SageMaker", "AmazonSageMakerException"),
    "stepfunctions": ("StepFunctions", "AWSStepFunctionsException"),
}
"""Prefix of a service's errors, and the error for a code that its API does not declare.

Optimised integrations use the names of the Java SDK, version 1.
"""


class SyncTask(moto_callback.StateTaskServiceCallback):
    """A task of glue, athena, sagemaker or states."""

    clients: Clients
    endings: Endings

    def __init__(self) -> None:
        super().__init__(
            {ResourceCondition.WaitForTaskToken, ResourceCondition.Sync, ResourceCondition.Sync2}
        )

    def _validate_service_integration_is_supported(self) -> None:
        """``definitions`` has refused what is not offered."""

    def _get_boto_service_action(self, service_action_name: str | None = None) -> str:
        return boto_method(
            self._get_boto_service_name(), service_action_name or self.resource.api_action
        )

    def _normalise_parameters(
        self,
        parameters: dict[str, Any],
        boto_service_name: str | None = None,
        service_action_name: str | None = None,
    ) -> None:
        if self.resource.service_name == "states" and not isinstance(parameters.get("Input"), str):
            parameters["Input"] = to_json(parameters.get("Input", {}))
        super()._normalise_parameters(parameters, boto_service_name, service_action_name)

    def _eval_service_task(
        self,
        env: Any,
        resource_runtime_part: Any,
        normalised_parameters: dict[str, Any],
        state_credentials: Any,
    ) -> None:
        client = self._client(resource_runtime_part)
        answer = getattr(client, self._get_boto_service_action())(**normalised_parameters)
        document = as_document(answer, to_epoch_ms)
        if self.resource.service_name == "glue":
            # "How the optimized AWS Glue integration is different": JobName is added.
            document["JobName"] = normalised_parameters["JobName"]
        env.stack.append(document)

    def _eval_integration_pattern(
        self,
        env: Any,
        resource_runtime_part: Any,
        normalised_parameters: dict[str, Any],
        state_credentials: Any,
    ) -> None:
        if self.resource.condition == ResourceCondition.WaitForTaskToken:
            super()._eval_integration_pattern(
                env, resource_runtime_part, normalised_parameters, state_credentials
            )
            return
        job = sync_job(self.resource.service_name, self.resource.api_action)
        known = {**normalised_parameters, **env.stack.pop()}
        env.stack.append(self._wait(env, job, known, self._client(resource_runtime_part)))

    def _wait(self, env: Any, job: SyncJob, known: dict[str, Any], client: Any) -> Any:
        describe = getattr(client, job.describe)
        while env.is_running():
            ended = self.endings.count
            succeeded, output = job.judge(
                as_document(describe(**job.identity(known)), to_epoch_ms), known
            )
            if succeeded is None:
                self._await_ending(env, ended)
                continue
            if self.resource.condition == ResourceCondition.Sync2:
                output = parse_nested_json(output)
            if succeeded:
                return output
            raise FailureEventException(
                task_failure(self, env, "States.TaskFailed", to_json(output))
            )
        try:
            job.stop(client, known)
        except ClientError as exc:
            _LOG.warning("the job of %s was not stopped: %s", self.resource.resource_arn, exc)
        return None

    def _await_ending(self, env: Any, ended: int) -> None:
        """Until a job has ended after ``ended`` had, it is time to look again, or it is stopped."""
        left_s = _LOOK_AGAIN_S
        while env.is_running() and left_s > 0 and not self.endings.wait(ended, _STOPPED_WITHIN_S):
            left_s -= _STOPPED_WITHIN_S

    def _client(self, runtime_part: Any) -> Any:
        return self.clients.get(runtime_part.region, self._get_boto_service_name())

    def _from_error(self, env: Any, ex: Exception) -> FailureEvent:
        service = self._get_boto_service_name()
        prefix, undeclared = _ERRORS[service]
        if isinstance(ex, ClientError):
            code = ex.response["Error"]["Code"]
            name = error_name(service, code, undeclared)
            return task_failure(self, env, f"{prefix}.{name}", client_error_cause(ex, service))
        if isinstance(ex, BotoCoreError) and not isinstance(ex, ParamValidationError):
            return task_failure(self, env, f"{prefix}.SdkClientException", str(ex))
        return super()._from_error(env=env, ex=ex)
