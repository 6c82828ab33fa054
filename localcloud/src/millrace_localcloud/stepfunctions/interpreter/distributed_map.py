"""Distributed Map that fails when more items failed than it tolerates, and can be redriven.

Source: Step Functions Developer Guide, "Setting failure thresholds for Distributed Map states" and
"Redriving Map Runs in Step Functions executions": of the child executions, Standard ones that did
not succeed go on where they failed, Express ones start again.
"""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.api import (
    ExecutionFailedEventDetails,
    HistoryEventType,
)
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import (
    CustomErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import (
    distributed_iteration_component as moto_map,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

from millrace_localcloud.seams import replace_attribute
from millrace_localcloud.stepfunctions.interpreter.map_run import ChildEvents, RedrivenEvents

_ERROR = "States.ExceedToleratedFailureThreshold"
_CAUSE = "The specified tolerated failure threshold was exceeded"


def install() -> None:
    """Judge a map run after its last item, and go on with one that is redriven."""
    component = moto_map.DistributedIterationComponent
    begin, run = component._eval_body, component._map_run

    def begin_or_go_on(self: Any, env: Any) -> None:
        eval_input = env.stack[-1]
        history = env.event_manager
        eval_input.parent_events = history
        env.progress.begin_branches()
        if env.progress.map_run is None:
            env.progress.begin_map_run(eval_input.map_run_record.map_run_arn)
        else:
            _go_on(env, eval_input)
        try:
            begin(self, env)
        finally:
            env.event_manager = history

    def run_and_judge(self: Any, env: Any, eval_input: Any) -> None:
        env.event_manager = ChildEvents(eval_input.parent_events)
        run(self, env, eval_input)
        counts = eval_input.map_run_record.item_counter
        unsuccessful = counts.failed.get() + counts.timed_out.get() + counts.aborted.get()
        if not tolerates(
            unsuccessful,
            counts.total.get(),
            count=eval_input.tolerated_failure_count,
            percentage=eval_input.tolerated_failure_percentage,
        ):
            raise _exceeded(env)

    replace_attribute(component, "_eval_body", begin_or_go_on)
    replace_attribute(component, "_map_run", run_and_judge)


def _go_on(env: Any, eval_input: Any) -> None:
    if eval_input.state_name in env.express_maps:
        env.progress.restart_branches()
    record = eval_input.map_run_record
    runs = env.map_run_record_pool_manager._pool
    del runs[record.map_run_arn]
    record.go_on_from(runs[env.progress.map_run], env.progress.map_run)
    runs[record.map_run_arn] = record
    env.event_manager = RedrivenEvents(env.event_manager, record)


def tolerates(failed: int, total: int, *, count: int, percentage: float) -> bool:
    """Whether a map run may succeed; with two thresholds, either one fails it."""
    if not failed:
        return True
    if not count and not percentage:
        return False
    within_count = not count or failed <= count
    within_percentage = not percentage or failed * 100 <= percentage * total
    return within_count and within_percentage


def _exceeded(env: Any) -> FailureEventException:
    return FailureEventException(
        FailureEvent(
            env=env,
            error_name=CustomErrorName(_ERROR),
            event_type=HistoryEventType.MapRunFailed,
            event_details=EventDetails(
                executionFailedEventDetails=ExecutionFailedEventDetails(error=_ERROR, cause=_CAUSE)
            ),
        )
    )
