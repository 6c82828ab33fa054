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
from millrace_localcloud.stepfunctions.interpreter.environment import resume_branch


def install() -> None:
    """Replace the evaluation of ``Branches``."""
    replace_attribute(branches_decl.BranchesDecl, "_eval_body", _run_branches)


def _run_branches(self: Any, env: Any) -> None:
    branch_input = env.stack.pop()
    env.progress.begin_branches()
    branches = [env.progress.branch(index) for index in range(len(self.programs))]
    pool = branches_decl.BranchWorkerPool(workers_num=sum(not each.ended for each in branches))
    workers: dict[int, BranchWorker] = {}
    for index, program in enumerate(self.programs):
        if branches[index].ended:
            continue
        frame = env.open_inner_frame()
        frame.states.reset(input_value=branch_input)
        resume_branch(frame, branches[index])
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
        workers[index].env.states.get_input() if index in workers else branches[index].output
        for index in range(len(self.programs))
    ]
    env.stack.append(results)


def _end_others(env: Any, workers: dict[int, BranchWorker]) -> None:
    for worker in workers.values():
        worker.stop(stop_date=datetime.now(UTC), cause=None, error=None)
        env.close_frame(worker.env)
