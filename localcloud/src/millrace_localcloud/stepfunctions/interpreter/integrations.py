"""Which class runs the task of which service."""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.asl.component.state.exec.state_task import (
    state_task_factory as moto_factory,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service as moto_service,
)

from millrace_localcloud.jobs.endings import Endings
from millrace_localcloud.seams import replace_attribute
from millrace_localcloud.stepfunctions.interpreter import casing
from millrace_localcloud.stepfunctions.interpreter.clients import Clients
from millrace_localcloud.stepfunctions.interpreter.dynamodb_task import DynamoDbTask
from millrace_localcloud.stepfunctions.interpreter.lambda_task import LambdaTask
from millrace_localcloud.stepfunctions.interpreter.sdk_task import SdkTask
from millrace_localcloud.stepfunctions.interpreter.sync_task import SyncTask

_OURS = {
    "aws-sdk": SdkTask,
    "lambda": LambdaTask,
    "dynamodb": DynamoDbTask,
    "glue": SyncTask,
    "athena": SyncTask,
    "sagemaker": SyncTask,
    "states": SyncTask,
}


def install(clients: Clients, endings: Endings) -> None:
    """Give every task cached clients, and the services of this module their class."""
    clients.install()
    SyncTask.clients = clients
    SyncTask.endings = endings
    service_class = moto_service.StateTaskService
    casing.install(service_class)
    moto_task_for = moto_factory.state_task_service_for

    def task_for(service_name: str) -> Any:
        ours = _OURS.get(service_name)
        return ours() if ours else moto_task_for(service_name)

    replace_attribute(moto_factory, "state_task_service_for", task_for)
    succeed = service_class._after_eval_execution

    def after_execution(self: Any, env: Any, *args: Any, **kwargs: Any) -> None:
        # A task that was stopped or timed out has not succeeded, whatever its call answered.
        if env.is_running():
            succeed(self, env, *args, **kwargs)

    replace_attribute(service_class, "_after_eval_execution", after_execution)
