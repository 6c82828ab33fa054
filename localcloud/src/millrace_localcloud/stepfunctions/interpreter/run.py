"""One attempt at an execution: from its start, or from where an earlier attempt failed."""

from __future__ import annotations

import json
import logging
import threading

from moto.stepfunctions.parser.asl.eval.evaluation_details import AWSExecutionDetails
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext
from moto.stepfunctions.parser.asl.eval.program_state import (
    ProgramEnded,
    ProgramError,
    ProgramStopped,
    ProgramTimedOut,
)
from moto.stepfunctions.parser.asl.eval.states import ContextObjectData
from moto.stepfunctions.parser.utils import TMP_THREADS

from millrace_localcloud.stepfunctions.documents import to_iso8601
from millrace_localcloud.stepfunctions.execution import Execution
from millrace_localcloud.stepfunctions.interpreter.environment import (
    RecordedEnvironment,
    variables_of,
)
from millrace_localcloud.stepfunctions.interpreter.programs import express_maps, program_of

_LOG = logging.getLogger(__name__)


class Run:
    """The threads of one attempt, and the environment they share."""

    def __init__(self, execution: Execution) -> None:
        self._execution = execution
        self._program = program_of(execution.machine["definition"])
        self.env = _environment(execution)

    def start(self) -> None:
        name = f"execution-{self._execution.name}"
        threading.Thread(target=self._evaluate, name=name, daemon=True).start()

    def stop(self, error: str | None, cause: str | None) -> None:
        """End the execution now; what its tasks still do is ended behind it."""
        self._execution.end(self, "ABORTED", error=error, cause=cause)
        self.env.set_stop(stop_date=self._execution.stop_date, error=error, cause=cause)

    def _evaluate(self) -> None:
        execution = self._execution
        if not execution.redrive_count:
            self.env.event_manager.add_event(
                context=self.env.event_history_context,
                event_type="ExecutionStarted",
                event_details={
                    "executionStartedEventDetails": {
                        "input": execution.execution_input,
                        "inputDetails": {"truncated": False},
                        "roleArn": execution.machine["roleArn"],
                    }
                },
                update_source_event_id=False,
            )
        try:
            self._program.eval(self.env)
        except Exception as exc:
            _LOG.exception("the interpreter failed in %s", execution.execution_arn)
            execution.end(self, "FAILED", error="States.Runtime", cause=repr(exc))
        self._finish()
        # The interpreter keeps every thread that it ever started; nothing reads the list.
        TMP_THREADS.clear()

    def _finish(self) -> None:
        state = self.env.program_state()
        if isinstance(state, ProgramEnded):
            self._execution.end(self, "SUCCEEDED", output=self.env.states.get_input())
        elif isinstance(state, ProgramError):
            details = state.error or {}
            self._execution.end(
                self, "FAILED", error=details.get("error"), cause=details.get("cause")
            )
        elif isinstance(state, ProgramTimedOut):
            self._execution.end(self, "TIMED_OUT")
        elif isinstance(state, ProgramStopped):
            self._execution.end(self, "ABORTED", error=state.error, cause=state.cause)


def _environment(execution: Execution) -> RecordedEnvironment:
    machine = execution.machine
    context: ContextObjectData = {
        "Execution": {
            "Id": execution.execution_arn,
            "Input": json.loads(execution.execution_input),
            "Name": execution.name,
            "RoleArn": machine["roleArn"],
            "StartTime": to_iso8601(execution.start_date),
            "RedriveCount": execution.redrive_count,
        },
        "StateMachine": {"Id": machine["stateMachineArn"], "Name": machine["name"]},
    }
    if execution.redrive_date:
        context["Execution"]["RedriveTime"] = to_iso8601(execution.redrive_date)
    env = RecordedEnvironment(
        aws_execution_details=AWSExecutionDetails(
            account=execution.account_id,
            region=execution.region_name,
            role_arn=machine["roleArn"],
        ),
        execution_type="STANDARD",
        context=context,
        event_history_context=EventHistoryContext.of_program_start(),
        cloud_watch_logging_session=None,
        activity_store={},
        variable_store=variables_of(execution.progress),
    )
    env.event_manager = execution.history.attempt(lambda: not env.is_running())
    env.progress = execution.progress
    env.express_maps = express_maps(machine["definition"])
    execution.progress.variables = env.variable_store
    map_runs = env.map_run_record_pool_manager._pool
    map_runs.update(execution.map_runs)
    execution.map_runs = map_runs
    return env
