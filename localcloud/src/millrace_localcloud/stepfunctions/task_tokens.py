"""Answers to tasks that wait for a token: SendTaskSuccess, SendTaskFailure, SendTaskHeartbeat."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from moto.stepfunctions.exceptions import InvalidToken

from millrace_localcloud.stepfunctions.backend import MachineBackend
from millrace_localcloud.stepfunctions.errors import InvalidOutput, TaskDoesNotExist, TaskTimedOut


def succeed(backend: MachineBackend, token: str, output: str) -> None:
    """End the task of ``token`` with a JSON output."""
    from moto.stepfunctions.parser.asl.eval.callback.callback import CallbackOutcomeSuccess

    try:
        json.loads(output)
    except ValueError as exc:
        raise InvalidOutput(f"Invalid Output: {exc}") from exc
    outcome = CallbackOutcomeSuccess(callback_id=token, output=output)
    _tell(backend, lambda tasks: tasks.notify(callback_id=token, outcome=outcome))


def fail(backend: MachineBackend, token: str, error: str | None, cause: str | None) -> None:
    """End the task of ``token`` with an error."""
    from moto.stepfunctions.parser.asl.eval.callback.callback import CallbackOutcomeFailure

    outcome = CallbackOutcomeFailure(callback_id=token, error=error, cause=cause)
    _tell(backend, lambda tasks: tasks.notify(callback_id=token, outcome=outcome))


def heartbeat(backend: MachineBackend, token: str) -> None:
    """Put off the heartbeat timeout of the task of ``token``."""
    _tell(backend, lambda tasks: tasks.heartbeat(callback_id=token))


def _tell(backend: MachineBackend, tell: Callable[[Any], bool]) -> None:
    from moto.stepfunctions.parser.asl.eval.callback.callback import (
        CallbackConsumerTimeout,
        CallbackNotifyConsumerError,
    )

    for execution in backend.executions():
        if execution.run is None:
            continue
        try:
            if tell(execution.run.env.callback_pool_manager):
                return
        except CallbackConsumerTimeout as exc:
            raise TaskTimedOut("Task Timed Out: the token's task has timed out") from exc
        except CallbackNotifyConsumerError as exc:
            raise TaskDoesNotExist("Task does not exist anymore") from exc
    raise InvalidToken()
