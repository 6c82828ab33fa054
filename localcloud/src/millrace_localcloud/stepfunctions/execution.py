"""One execution: what is known of it, whether it runs, has ended or was loaded from disk."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from millrace_localcloud.stepfunctions.documents import to_json
from millrace_localcloud.stepfunctions.history import History
from millrace_localcloud.stepfunctions.map_runs import as_ended
from millrace_localcloud.stepfunctions.progress import Progress

_LAST_EVENT = {
    "ABORTED": ("ExecutionAborted", "executionAbortedEventDetails"),
    "TIMED_OUT": ("ExecutionTimedOut", "executionTimedOutEventDetails"),
}
_ENDING = threading.Lock()


class Execution:
    """An execution of a state machine as it was defined when the execution started."""

    run: Any
    """The attempt under way, which holds threads and is not saved; None after a restart."""

    def __init__(
        self,
        *,
        arn: str,
        name: str,
        machine: dict[str, Any],
        execution_input: str,
        account_id: str,
        region_name: str,
        announce: Callable[[Execution], None],
    ) -> None:
        self.execution_arn = arn
        self.name = name
        self.machine = machine
        self.state_machine_arn: str = machine["stateMachineArn"]
        self.execution_input = execution_input
        self.account_id = account_id
        self.region_name = region_name
        self.start_date = datetime.now(UTC)
        self.stop_date: datetime | None = None
        self.status = "RUNNING"
        self.output: Any = None
        self.error: str | None = None
        self.cause: str | None = None
        self.redrive_count = 0
        self.redrive_date: datetime | None = None
        self.history = History()
        self.progress = Progress()
        self.map_runs: dict[str, Any] = {}
        self.run = None
        self.announce = announce

    @property
    def output_json(self) -> str:
        return to_json(self.output)

    @property
    def redrive_status(self) -> str:
        redrivable = self.status in ("FAILED", "TIMED_OUT", "ABORTED")
        return "REDRIVABLE" if redrivable else "NOT_REDRIVABLE"

    @property
    def redrive_status_reason(self) -> str | None:
        if self.redrive_status == "REDRIVABLE":
            return None
        return f"Execution is {self.status} and cannot be redriven"

    def end(
        self,
        run: Any,
        status: str,
        *,
        output: Any = None,
        error: str | None = None,
        cause: str | None = None,
    ) -> None:
        """Take the final status once; what the attempt's threads report later changes nothing."""
        with _ENDING:
            if self.status != "RUNNING" or self.run is not run:
                return
            last, member = _LAST_EVENT.get(status, (None, ""))
            given = {"error": error, "cause": cause}
            if last:
                details = {key: item for key, item in given.items() if item is not None}
                self.history.close_with(last, {member: details})
            else:
                self.history.close()
            self.stop_date = datetime.now(UTC)
            self.output, self.error, self.cause = output, error, cause
            self.status = status
        self.announce(self)

    def begin_again(self) -> None:
        """Be RUNNING once more, from where it failed."""
        self.redrive_count += 1
        self.redrive_date = datetime.now(UTC)
        self.stop_date = self.error = self.cause = None
        self.status = "RUNNING"
        self.progress.resume()
        self.history.reopen_with(
            "ExecutionRedriven",
            {"executionRedrivenEventDetails": {"redriveCount": self.redrive_count}},
        )

    def __getstate__(self) -> dict[str, Any]:
        map_runs = {arn: as_ended(run) for arn, run in self.map_runs.items()}
        return {**self.__dict__, "map_runs": map_runs, "run": None, "announce": None}
