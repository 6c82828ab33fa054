"""Wait states that wait as long as they say, in any time zone."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.timestamp import Timestamp
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import (
    WaitFunction,
)

from millrace_localcloud.seams import replace_attribute
from millrace_localcloud.stepfunctions.timestamps import parse_timestamp


def install() -> None:
    """Replace moto's waiting, in whole seconds, and its timestamps, read as local time."""
    replace_attribute(WaitFunction, "_wait_interval", _wait)
    replace_attribute(Timestamp, "_from_timestamp_string", staticmethod(parse_timestamp))
    replace_attribute(Timestamp, "_get_wait_seconds", _until_timestamp)


def _wait(self: Any, env: Any, wait_seconds: float) -> None:
    deadline = time.monotonic() + wait_seconds
    while env.is_running() and (left := deadline - time.monotonic()) > 0:
        env.program_state_event.wait(left)


def _until_timestamp(self: Any, env: Any) -> float:
    self.string.eval(env=env)
    text = env.stack.pop()
    moment = parse_timestamp(text)
    if moment is None:
        raise FailureEventException(self._create_failure_event(env, text))
    return (moment - datetime.now(UTC)).total_seconds()
