"""Answers to tasks that wait for a token: SendTaskSuccess, SendTaskFailure, SendTaskHeartbeat."""

from __future__ import annotations

import json
from typing import Any

from moto.stepfunctions.exceptions import InvalidToken

from millrace_localcloud.stepfunctions.backend import MachineBackend
from millrace_localcloud.stepfunctions.errors import InvalidOutput, TaskTimedOut


def succeed(backend: MachineBackend, token: str, output: str) -> None:
    """End the task of ``token`` with a JSON output."""
    from moto.stepfunctions.parser.asl.eval.callback.callback import CallbackOutcomeSuccess

    try:
        json.loads(output)
    except ValueError as exc:
        raise InvalidOutput(f"Invalid Output: {exc}") from exc
    _waiting_task(backend, token).notify(CallbackOutcomeSuccess(callback_id=token, output=output))


def fail(backend: MachineBackend, token: str, error: str | None, cause: str | None) -> None:
    """End the task of ``token`` with an error."""
    from moto.stepfunctions.parser.asl.eval.callback.callback import CallbackOutcomeFailure

    outcome = CallbackOutcomeFailure(callback_id=token, error=error, cause=cause)
    _waiting_task(backend, token).notify(outcome)


def heartbeat(backend: MachineBackend, token: str) -> None:
    """Put off the heartbeat timeout of the task of ``token``, if it has one."""
    _waiting_task(backend, token).notify_heartbeat()


def _waiting_task(backend: MachineBackend, token: str) -> Any:
    """The interpreter's endpoint of the token.

    Raises:
        TaskTimedOut: Its task has been closed.
        InvalidToken: No running task has it.
    """
    for execution in backend.executions():
        task = execution.run and execution.run.env.callback_pool_manager.get(token)
        if task is None:
            continue
        if execution.status != "RUNNING" or task._notify_event.is_set():
            raise TaskTimedOut("Task Timed Out: the token's task has been closed")
        return task
    raise InvalidToken()
