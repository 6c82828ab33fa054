"""Tasks that call any action of the AWS SDK: ``arn:aws:states:::aws-sdk:<service>:<action>``."""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_aws_sdk as moto_sdk,
)

from millrace_localcloud.stepfunctions.actions import boto_method, boto_service, error_prefix
from millrace_localcloud.stepfunctions.documents import as_document, to_iso8601


class SdkTask(moto_sdk.StateTaskServiceAwsSdk):
    """One call; its answer has ISO 8601 timestamps, its errors the Java SDK's names.

    Source: Step Functions Developer Guide, "Learning to use AWS service SDK integrations".
    """

    moment_form = staticmethod(to_iso8601)

    def _get_boto_service_name(self, boto_service_name: str | None = None) -> str:
        return boto_service(boto_service_name or self.resource.api_name)

    def _get_boto_service_action(self, service_action_name: str | None = None) -> str:
        return boto_method(
            self._get_boto_service_name(), service_action_name or self.resource.api_action
        )

    def _normalise_service_error_name(self, service_name: str) -> str:
        return error_prefix(boto_service(service_name))

    def _eval_service_task(
        self,
        env: Any,
        resource_runtime_part: Any,
        normalised_parameters: dict[str, Any],
        state_credentials: Any,
    ) -> None:
        super()._eval_service_task(
            env, resource_runtime_part, normalised_parameters, state_credentials
        )
        # The stack is copied for every state, which an open body would not survive.
        env.stack.append(as_document(env.stack.pop(), to_iso8601))
