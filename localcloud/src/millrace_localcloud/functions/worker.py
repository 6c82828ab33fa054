"""One worker: a process that serves one invocation at a time, as one Lambda sandbox does."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from millrace_localcloud.clock import Clock, Signal
from millrace_localcloud.functions.failures import describe_exit, describe_timeout
from millrace_localcloud.functions.runtime_api import Invocation, Progress, RuntimeApi, Step
from millrace_localcloud.processes import Starts

INIT_LIMIT_S = 60.0
"""Time to import the handler. AWS allows 10 s; a laptop busy with Spark needs more."""
_KILLED_AFTER_S = 0.1


@dataclass(frozen=True, slots=True)
class Launch:
    """How a function's process is started; equal ones may serve for each other."""

    function_name: str
    version: str
    command: tuple[str, ...]
    folder: Path
    env: tuple[tuple[str, str], ...]
    """Without what differs from worker to worker."""
    source_changed_at: int = 0
    module: str = ""
    """The handler's: what it imports can be there before the process is."""
    starts: Starts | None = None
    """Starts it in containers of the function's image; None where a process stands for one."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an invocation came to."""

    payload: bytes
    failed: bool
    log_stream: str
    log: Sequence[str]
    """Lines of this invocation, START and REPORT among them."""


class Worker:
    """Runs ``launch`` until it dies or is ended."""

    def __init__(self, launch: Launch, starts: Starts, logs: Path, clock: Clock) -> None:
        self._api = RuntimeApi()
        self._clock = clock
        self._version = launch.version
        worker_id = uuid.uuid4().hex
        self.log_stream = f"{datetime.now(UTC):%Y/%m/%d}/[{launch.version}]{worker_id}"
        # The process writes into the file itself, so whatever it printed before it answered is
        # there when the answer arrives.
        self._log = logs / f"lambda-{launch.function_name}-{worker_id[:12]}.log"
        self._started_at = time.monotonic()
        self._init_s: float | None = None
        self._dead = False
        with self._log.open("ab") as output:
            self._child = starts.start(
                launch.command,
                env={
                    **dict(launch.env),
                    "AWS_LAMBDA_RUNTIME_API": self._api.address,
                    "AWS_LAMBDA_LOG_STREAM_NAME": self.log_stream,
                },
                cwd=launch.folder,
                stdout=output,
            )
        self.idle_since = time.monotonic()
        threading.Thread(target=self._await_exit, name="lambda-exit", daemon=True).start()

    @property
    def usable(self) -> bool:
        return not self._dead and self._child.poll() is None

    def invoke(self, invocation: Invocation, memory_mb: int, fault: str | None = None) -> Outcome:
        """Serve one invocation; waits for its end.

        Args:
            invocation: What to hand to the process.
            memory_mb: MemorySize, for the REPORT line; it is not enforced.
            fault: ``kill`` the process while it works, or let it ``hang``.
        """
        opening = f"START RequestId: {invocation.request_id} Version: {self._version}"
        self._write([opening])
        printed_from = self._log.stat().st_size
        began = time.monotonic()
        self._api.offer(invocation)
        end = self._finish(invocation, fault)
        if end.step is not Step.RESPONDED and end.step is not Step.FAILED:
            self.end()
        duration_ms = (time.monotonic() - began) * 1000
        printed = self._printed_since(printed_from)
        closing = self._close_log(invocation, end, duration_ms, memory_mb)
        self.idle_since = time.monotonic()
        return Outcome(
            payload=end.payload,
            failed=end.step is not Step.RESPONDED,
            log_stream=self.log_stream,
            log=[opening, *printed, *closing],
        )

    def end(self) -> None:
        """Kill the process and close its endpoint."""
        self._dead = True
        self._child.kill()
        self._api.close()

    def _finish(self, invocation: Invocation, fault: str | None) -> Progress:
        taken = self._await_step(invocation, INIT_LIMIT_S, Clock())
        if taken.step is not Step.TAKEN:
            return taken
        if self._init_s is None:
            self._init_s = time.monotonic() - self._started_at
        if fault == "hang":
            Signal(self._clock).wait(invocation.timeout_s)
            payload = describe_timeout(invocation.request_id, invocation.timeout_s)
            return Progress(Step.EXITED, payload=payload)
        if fault:
            return self._kill_at_work(invocation)
        return self._await_step(invocation, invocation.timeout_s, self._clock)

    def _await_step(self, invocation: Invocation, limit_s: float, clock: Clock) -> Progress:
        deadline = clock.elapsed() + limit_s
        with clock.telling(lambda: self._api.tell(Progress(Step.CLOCK_MOVED)), deadline):
            return self._step_before(deadline, invocation, limit_s, clock)

    def _step_before(
        self, deadline: float, invocation: Invocation, limit_s: float, clock: Clock
    ) -> Progress:
        while True:
            progress = self._api.wait(deadline - clock.elapsed())
            if progress is None:
                payload = describe_timeout(invocation.request_id, limit_s)
                return Progress(Step.EXITED, payload=payload)
            if progress.step is Step.EXITED:
                payload = describe_exit(invocation.request_id, progress.status)
                return Progress(Step.EXITED, payload=payload)
            if progress.step is Step.INIT_FAILED or progress.request_id == invocation.request_id:
                return progress

    def _kill_at_work(self, invocation: Invocation) -> Progress:
        # A quick handler has done its work by then and a slow one has not: callers must bear both.
        self._api.wait(_KILLED_AFTER_S)
        self._child.kill()
        status = self._child.wait()
        return Progress(Step.EXITED, payload=describe_exit(invocation.request_id, status))

    def _close_log(
        self, invocation: Invocation, end: Progress, duration_ms: float, memory_mb: int
    ) -> list[str]:
        request_id = invocation.request_id
        lines = []
        if end.step is Step.EXITED:
            lines.append(json.loads(end.payload)["errorMessage"])
        report = (
            f"REPORT RequestId: {request_id}\tDuration: {duration_ms:.2f} ms\t"
            f"Billed Duration: {int(duration_ms) + 1} ms\tMemory Size: {memory_mb} MB"
        )
        if self._init_s:
            report += f"\tInit Duration: {self._init_s * 1000:.2f} ms"
            self._init_s = 0.0
        lines += [f"END RequestId: {request_id}", report]
        self._write(lines)
        return lines

    def _printed_since(self, position: int) -> list[str]:
        with self._log.open("rb") as log:
            log.seek(position)
            return log.read().decode("utf-8", "replace").splitlines()

    def _write(self, lines: list[str]) -> None:
        with self._log.open("a", encoding="utf-8") as log:
            log.write("\n".join(lines) + "\n")

    def _await_exit(self) -> None:
        status = self._child.wait()
        with suppress(OSError):
            self._api.tell(Progress(Step.EXITED, status=status))
