"""Branches of a Parallel, of which a redrive runs only those that had not succeeded.

Source: Step Functions Developer Guide, "Restarting state machine executions with redrive".
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import (
    CustomErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel import branches_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.branch_worker import (
    BranchWorker,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

from millrace_localcloud.seams import replace_attribute
from millrace_localcloud.stepfunctions.interpreter.environment import variables_of
from millrace_localcloud.stepfunctions.progress import Progress


def install() -> None:
    """Replace the evaluation of ``Branches``."""
    replace_attribute(branches_decl.BranchesDecl, "_eval_body", _run_branches)


def _run_branches(self: Any, env: Any) -> None:
    branch_input = env.stack.pop()
    earlier = env.progress.take_branches()
    pool = branches_decl.BranchWorkerPool(
        workers_num=sum(not _has_ended(earlier, index) for index in range(len(self.programs)))
    )
    workers: dict[int, BranchWorker] = {}
    for index, program in enumerate(self.programs):
        progress = env.progress.branches[index] = earlier.get(index, Progress())
        if progress.ended:
            continue
        frame = env.open_inner_frame()
        frame.states.reset(input_value=branch_input)
        frame.progress = progress
        frame.variable_store = variables_of(progress) or frame.variable_store
        progress.variables = frame.variable_store
        workers[index] = BranchWorker(pool, program, frame)
    for worker in workers.values():
        worker.start()
    pool.wait()
    failure = pool.get_exit_event_details()
    if failure is not None:
        _end_others(env, workers)
        raise FailureEventException(
            FailureEvent(
                env=env,
                error_name=CustomErrorName(error_name=failure.get("error")),
                event_type=HistoryEventType.ExecutionFailed,
                event_details=EventDetails(executionFailedEventDetails=failure),
            )
        )
    for worker in workers.values():
        env.close_frame(worker.env)
    results = [
        workers[index].env.states.get_input()
        if index in workers
        else env.progress.branches[index].output
        for index in range(len(self.programs))
    ]
    env.stack.append(results)


def _has_ended(earlier: dict[int, Progress], index: int) -> bool:
    return index in earlier and earlier[index].ended


def _end_others(env: Any, workers: dict[int, BranchWorker]) -> None:
    for worker in workers.values():
        worker.stop(stop_date=datetime.now(UTC), cause=None, error=None)
        env.close_frame(worker.env)
