"""Wait states that wait as long as they say, in any time zone."""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.timestamp import Timestamp
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import (
    WaitFunction,
)

from millrace_localcloud.clock import Clock
from millrace_localcloud.seams import replace_attribute
from millrace_localcloud.stepfunctions.timestamps import parse_timestamp


def install(clock: Clock) -> None:
    """Replace moto's waiting, in whole seconds, and its timestamps, read as local time."""

    def wait(self: Any, env: Any, wait_seconds: float) -> None:
        deadline = clock.elapsed() + wait_seconds
        while env.is_running() and (left := deadline - clock.elapsed()) > 0:
            env.program_state_event.wait(left)

    def until_timestamp(self: Any, env: Any) -> float:
        self.string.eval(env=env)
        text = env.stack.pop()
        moment = parse_timestamp(text)
        if moment is None:
            raise FailureEventException(self._create_failure_event(env, text))
        return (moment - clock.now()).total_seconds()

    replace_attribute(WaitFunction, "_wait_interval", wait)
    replace_attribute(Timestamp, "_from_timestamp_string", staticmethod(parse_timestamp))
    replace_attribute(Timestamp, "_get_wait_seconds", until_timestamp)
