"""Tasks of the optimised integration with DynamoDB: ``arn:aws:states:::dynamodb:<action>``."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service as moto_service,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_dynamodb as moto_dynamodb,
)

from millrace_localcloud.stepfunctions.interpreter.task_failure import (
    client_error_cause,
    error_name,
    task_failure,
)


class DynamoDbTask(moto_dynamodb.StateTaskServiceDynamoDB):
    """One call; errors have the names of the Java SDK, version 1.

    What fails without an answer of DynamoDB's is not DynamoDB's error; moto tells a time-out and a
    path that is not there as ``DynamoDB.AmazonDynamoDBException``.
    """

    def _from_error(self, env: Any, ex: Exception) -> Any:
        if isinstance(ex, ClientError):
            name = error_name("dynamodb", ex.response["Error"]["Code"], "AmazonDynamoDBException")
            return task_failure(self, env, f"DynamoDB.{name}", client_error_cause(ex, "dynamodb"))
        if isinstance(ex, BotoCoreError) and not isinstance(ex, ParamValidationError):
            return task_failure(self, env, "DynamoDB.SdkClientException", str(ex))
        return moto_service.StateTaskService._from_error(self, env=env, ex=ex)
