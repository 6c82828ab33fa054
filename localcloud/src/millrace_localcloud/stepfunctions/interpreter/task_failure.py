"""How a task reports the error of the service that it called."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError
from moto.stepfunctions.parser.api import HistoryEventType, TaskFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import (
    CustomErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

from millrace_localcloud.stepfunctions.actions import service_model


def task_failure(task: Any, env: Any, error: str, cause: str) -> FailureEvent:
    """The failure of a task, as its TaskFailed event shows it."""
    return FailureEvent(
        env=env,
        error_name=CustomErrorName(error),
        event_type=HistoryEventType.TaskFailed,
        event_details=EventDetails(
            taskFailedEventDetails=TaskFailedEventDetails(
                resource=task._get_sfn_resource(),
                resourceType=task._get_sfn_resource_type(),
                error=error,
                cause=cause,
            )
        ),
    )


_NEWER = {("glue", "ThrottlingException"), ("s3", "AccessDenied")}
"""Declared since, for actions of other purposes; what Step Functions answers has not changed."""


def error_name(service: str, code: str, undeclared: str) -> str:
    """The exception's class in the Java SDK for an error code.

    Args:
        service: boto3's name of the service.
        code: What the API answered.
        undeclared: The class for a code that the API does not declare.
    """
    declared = any(shape.name == code for shape in service_model(service).error_shapes)
    if not declared or (service, code) in _NEWER:
        return undeclared
    return code if code.endswith("Exception") else f"{code}Exception"


def client_error_cause(error: ClientError, service: str) -> str:
    """The message with the details that the Java SDK appends to it."""
    metadata = error.response.get("ResponseMetadata", {})
    details = "; ".join(
        (
            f"Service: {service_model(service).service_id}",
            f"Status Code: {metadata.get('HTTPStatusCode')}",
            f"Error Code: {error.response['Error']['Code']}",
            f"Request ID: {metadata.get('RequestId')}",
            "Proxy: null",
        )
    )
    return f"{error.response['Error']['Message']} ({details})"
