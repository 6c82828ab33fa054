"""One execution: what is known of it, whether it runs, has ended or was loaded from disk."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from millrace_localcloud.stepfunctions.documents import to_json
from millrace_localcloud.stepfunctions.history import History
from millrace_localcloud.stepfunctions.journal import ExecutionJournal
from millrace_localcloud.stepfunctions.map_runs import as_ended
from millrace_localcloud.stepfunctions.progress import Change, Progress
from millrace_localcloud.stepfunctions.records import Advanced, Happened, Started, Turned

_LAST_EVENT = {
    "ABORTED": ("ExecutionAborted", "executionAbortedEventDetails"),
    "TIMED_OUT": ("ExecutionTimedOut", "executionTimedOutEventDetails"),
}
_CHANGING = (
    "status",
    "stop_date",
    "output",
    "error",
    "cause",
    "redrive_count",
    "redrive_date",
)
_ENDING = threading.Lock()


class Execution:
    """An execution of a state machine as it was defined when the execution started."""

    journal: ClassVar[ExecutionJournal | None] = None
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
        self._tell_journal()

    def keep_start(self) -> None:
        """Be on disk, before anybody is told that it exists."""
        if self.journal:
            self.journal.append(Started(self))

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
            self._keep_turn(status)
            self.status = status
        self.announce(self)

    def begin_again(self) -> None:
        """Be RUNNING once more, from where it failed."""
        self.redrive_count += 1
        self.redrive_date = datetime.now(UTC)
        self.stop_date = self.error = self.cause = None
        self._keep_turn("RUNNING")
        self.status = "RUNNING"
        self.progress.resume()
        self.history.reopen_with(
            "ExecutionRedriven",
            {"executionRedrivenEventDetails": {"redriveCount": self.redrive_count}},
        )

    def take_up(self, record: Happened | Advanced | Turned) -> None:
        """Do again what a journal says that it did."""
        if isinstance(record, Turned):
            vars(self).update(record.described)
            self.history.turn(is_open=self.status == "RUNNING", attempt=self.redrive_count)
        elif isinstance(record, Advanced):
            if record.events >= len(self.history):
                self._take_up_steps(record.changes)
        elif self.history.take_up(record.event):
            self._take_up_steps(record.changes)
            self.map_runs.update(record.map_runs)

    def _take_up_steps(self, changes: list[Change]) -> None:
        for change in changes:
            self.progress.take_up(change)

    def _keep_event(self, event: dict[str, Any]) -> None:
        if self.journal:
            map_runs = self._ended_map_runs() if event["type"].startswith("MapRun") else {}
            changes = self.progress.take_changes()
            self.journal.append(Happened(self.execution_arn, event, changes, map_runs))

    def _keep_advance(self, events: int) -> None:
        if self.journal:
            changes = self.progress.take_changes()
            self.journal.append(Advanced(self.execution_arn, events, changes))

    def _keep_turn(self, status: str) -> None:
        if self.journal:
            described = {name: getattr(self, name) for name in _CHANGING} | {"status": status}
            self.journal.append(Turned(self.execution_arn, described))

    def _ended_map_runs(self) -> dict[str, Any]:
        return {arn: as_ended(run) for arn, run in list(self.map_runs.items())}

    def reduce_alone(self) -> Any:
        """Of the machines alone, a save has only the names of executions: the journal has them."""
        return ExecutionName, (self.execution_arn,)

    def __getstate__(self) -> dict[str, Any]:
        map_runs = self._ended_map_runs()
        return {**self.__dict__, "map_runs": map_runs, "run": None, "announce": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._tell_journal()

    def _tell_journal(self) -> None:
        self.history.tell, self.history.advance = self._keep_event, self._keep_advance
        self.progress.tell_to([] if self.journal else None)


@dataclass(frozen=True, slots=True)
class ExecutionName:
    """Stands for an execution."""

    execution_arn: str
