"""Tasks that invoke a Lambda function: ``arn:aws:states:::lambda:invoke``."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_lambda as moto_lambda,
)

from millrace_localcloud.stepfunctions.interpreter.task_failure import (
    client_error_cause,
    error_name,
    task_failure,
)


class LambdaTask(moto_lambda.StateTaskServiceLambda):
    """One invocation; what the function raised is the error, its JSON the cause.

    Source: Step Functions Developer Guide, "Handling errors in Step Functions workflows", which
    names Lambda.SdkClientException, Lambda.AWSLambdaException and the API's own errors.
    """

    def _from_error(self, env: Any, ex: Exception) -> Any:
        if isinstance(ex, ClientError):
            name = error_name("lambda", ex.response["Error"]["Code"], "AWSLambdaException")
            return task_failure(self, env, f"Lambda.{name}", client_error_cause(ex, "lambda"))
        if isinstance(ex, BotoCoreError) and not isinstance(ex, ParamValidationError):
            return task_failure(self, env, "Lambda.SdkClientException", str(ex))
        return super()._from_error(env=env, ex=ex)
