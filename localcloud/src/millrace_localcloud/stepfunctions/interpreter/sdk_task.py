"""Tasks that call any action of the AWS SDK: ``arn:aws:states:::aws-sdk:<service>:<action>``."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_aws_sdk as moto_sdk,
)

from millrace_localcloud.stepfunctions.actions import boto_method, boto_service, error_prefix
from millrace_localcloud.stepfunctions.documents import as_document, to_iso8601
from millrace_localcloud.stepfunctions.interpreter.task_failure import error_name, task_failure

_BODILESS = {
    ("s3", "HeadObject", "404"): "NoSuchKey",
    ("s3", "HeadBucket", "404"): "NoSuchBucket",
}
"""Errors whose answer has no body to tell them; the Java SDK goes by the action."""


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

    def _from_error(self, env: Any, ex: Exception) -> Any:
        if not isinstance(ex, ClientError):
            return super()._from_error(env=env, ex=ex)
        service = self._get_boto_service_name()
        prefix = error_prefix(service)
        code = ex.response["Error"]["Code"]
        code = _BODILESS.get((service, ex.operation_name, code), code)
        name = error_name(service, code, f"{prefix}Exception")
        return task_failure(self, env, f"{prefix}.{name}", _cause(ex, prefix))

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


def _cause(error: ClientError, service: str) -> str:
    metadata = error.response.get("ResponseMetadata", {})
    details = {
        "Service": service,
        "Status Code": metadata.get("HTTPStatusCode"),
        "Request ID": metadata.get("RequestId"),
        "Extended Request ID": metadata.get("HostId"),
    }
    told = ", ".join(f"{name}: {value}" for name, value in details.items() if value is not None)
    return f"{error.response['Error']['Message']} ({told})"
