"""A token for each attempt of a task: moto's first one is closed when the task is retried.

Step Functions Developer Guide, "Wait for a Callback with Task Token".
"""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_callback as moto_callback,
)

from millrace_localcloud.seams import replace_attribute


def install() -> None:
    """Give each retry a token of its own, before its parameters are read."""
    task = moto_callback.StateTaskServiceCallback
    read = task._eval_parameters

    def read_with_token(self: Any, env: Any) -> Any:
        context = env.states.context_object
        data = context.context_object_data
        if "Task" in data and data["State"].get("RetryCount"):
            env.callback_pool_manager.add(context.update_task_token())
        return read(self, env)

    replace_attribute(task, "_eval_parameters", read_with_token)
