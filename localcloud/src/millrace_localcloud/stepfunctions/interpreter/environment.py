"""The interpreter's environment, which also records how far each sequence of states has come."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from moto.stepfunctions.parser.asl.component.program.program import Program
from moto.stepfunctions.parser.asl.component.state import state as moto_state
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.program_state import ProgramEnded
from moto.stepfunctions.parser.asl.eval.variable_store import VariableStore

from millrace_localcloud.seams import replace_attribute
from millrace_localcloud.stepfunctions.documents import to_iso8601
from millrace_localcloud.stepfunctions.progress import Progress


class RecordedEnvironment(Environment):
    """An environment with the progress of the sequence of states that it runs."""

    progress: Progress
    express_maps: frozenset[str]
    """Names of the distributed Maps whose child executions are Express."""

    @classmethod
    def as_frame_of(cls, env: Any, event_history_frame_cache: Any = None) -> Any:
        """A frame within one state: it belongs to the same sequence."""
        frame = cls.as_inner_frame_of(env, env.variable_store, event_history_frame_cache)
        frame.progress = env.progress
        return frame

    @classmethod
    def as_inner_frame_of(
        cls, env: Any, variable_store: VariableStore, event_history_frame_cache: Any = None
    ) -> Any:
        """A frame with a sequence of its own, whose progress is that of a branch or an item."""
        frame = super().as_inner_frame_of(env, variable_store, event_history_frame_cache)
        frame.progress = Progress()
        frame.express_maps = env.express_maps
        return frame


def resume_branch(frame: Any, progress: Progress) -> None:
    """Let a frame's sequence of states go on where ``progress`` says that it was."""
    frame.progress = progress
    frame.variable_store = variables_of(progress) or frame.variable_store
    progress.variables = frame.variable_store


def variables_of(progress: Progress) -> VariableStore | None:
    """The variables that an earlier attempt had assigned; None when there was none."""
    if isinstance(progress.variables, dict):
        store = VariableStore()
        store._outer_scope.update(progress.variables["outer"])
        store._inner_scope.update(progress.variables["inner"])
        progress.variables = store
    return progress.variables


def install() -> None:
    """Make programs resume and record, and timestamps of the context object ISO 8601."""
    state_class = moto_state.CommonStateField
    entered = state_class._get_state_entered_event_details

    def record_entry(self: Any, env: Any) -> Any:
        details = entered(self, env)
        env.progress.enter(self.name, details["input"])
        return details

    replace_attribute(state_class, "_get_state_entered_event_details", record_entry)

    def state_data(EnteredTime: str, Name: str) -> dict[str, Any]:
        return {"EnteredTime": to_iso8601(datetime.now(UTC)), "Name": Name}

    replace_attribute(moto_state, "StateData", state_data)
    run = Program._eval_body

    def run_and_record(self: Any, env: Any) -> None:
        run(self, env)
        if isinstance(env.program_state(), ProgramEnded):
            env.progress.end(env.states.get_input())
            env.event_manager.advanced()

    replace_attribute(Program, "_eval_body", run_and_record)
