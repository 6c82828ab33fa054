"""Time-outs and the waits between retries, by the cloud's clock, which may be moved.

moto's interpreter waits for events and threads of Python's, which know the machine's time alone.
"""

from __future__ import annotations

import threading
from functools import partial
from types import SimpleNamespace
from typing import Any

from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.program import program
from moto.stepfunctions.parser.asl.component.state.exec import execute_state
from moto.stepfunctions.parser.asl.eval import environment

from millrace_localcloud.clock import Clock, Signal
from millrace_localcloud.seams import replace_attribute


def install(clock: Clock) -> None:
    """Give the interpreter's modules events and threads that wait by ``clock``."""
    event = partial(Signal, clock)
    threads = SimpleNamespace(Event=event, RLock=threading.RLock, Thread=partial(_Thread, clock))
    for module in (environment, execute_state, program):
        replace_attribute(module, "threading", threads)

    def sleep(seconds: float) -> None:
        Signal(clock, is_pause=True).wait(seconds)

    replace_attribute(retrier_decl, "time", SimpleNamespace(sleep=sleep))


class _Thread(threading.Thread):
    """A thread that is joined by the cloud's time."""

    def __init__(self, clock: Clock, **settings: Any) -> None:
        super().__init__(**settings)
        self._has_run = Signal(clock)

    def run(self) -> None:
        try:
            super().run()
        finally:
            self._has_run.set()

    def join(self, timeout: float | None = None) -> None:
        if timeout is None or self._has_run.wait(timeout):
            super().join()
