"""Distributed Map that fails when more items failed than it tolerates.

Source: Step Functions Developer Guide, "Setting failure thresholds for Distributed Map states".
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

_ERROR = "States.ExceedToleratedFailureThreshold"
_CAUSE = "The specified tolerated failure threshold was exceeded"


def install() -> None:
    """Judge a map run after its last item."""
    component = moto_map.DistributedIterationComponent
    run = component._map_run

    def run_and_judge(self: Any, env: Any, eval_input: Any) -> None:
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

    replace_attribute(component, "_map_run", run_and_judge)


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
