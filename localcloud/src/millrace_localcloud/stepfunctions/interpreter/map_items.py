"""The items of a Map, one worker's share in a loop; a redrive runs only those that are left.

moto calls itself for each next item, and so never ends a Map of a thousand items per worker.
Source of the redrive: Step Functions API reference, RedriveExecution ("only the iterations and
branches that failed or aborted").
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import (
    inline_iteration_component as moto_inline,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.itemprocessor import (
    distributed_item_processor_worker as moto_distributed,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.iteration_worker import (  # noqa: E501
    IterationWorker,
)

from millrace_localcloud.seams import replace_attribute
from millrace_localcloud.stepfunctions.interpreter import item_batches
from millrace_localcloud.stepfunctions.interpreter.environment import resume_branch


def install() -> None:
    """Replace both kinds of worker's walk through the items."""
    replace_attribute(IterationWorker, "_eval_pool", _run_inline)
    replace_attribute(
        moto_distributed.DistributedItemProcessorWorker, "_eval_pool", _run_distributed
    )
    component = moto_inline.InlineIterationComponent
    run = component._eval_body

    def begin_and_run(self: Any, env: Any) -> None:
        env.progress.begin_branches()
        before = list(env._frames)
        try:
            run(self, env)
        except Exception:
            _end_others([frame for frame in list(env._frames) if frame not in before])
            raise

    replace_attribute(component, "_eval_body", begin_and_run)


def _run_inline(self: Any, job: Any, worker_frame: Any) -> None:
    # A frame is closed before its job, on which the Map waits: closing adds to the history.
    while job is not None:
        frame = worker_frame.open_inner_frame()
        _run_or_recall(self, frame, worker_frame.progress.branch(job.job_index), job)
        worker_frame.close_frame(frame)
        following = _following(self, job)
        if following is None:
            if not isinstance(job.job_output, Exception):
                context = frame.event_history_context
                worker_frame.event_history_context.source_event_id = context.last_published_event_id
            self._env.close_frame(worker_frame)
        self._job_pool.close_job(job)
        if following is None:
            return
        job = following
    self._env.close_frame(worker_frame)


def _run_distributed(self: Any, job: Any, worker_frame: Any) -> None:
    # The history of a child run is not the parent's: its frames are dropped.
    while job is not None:
        frame = worker_frame.open_inner_frame()
        if not _run_or_recall(self, frame, worker_frame.progress.branch(job.job_index), job):
            self._map_run_record.count_earlier(item_batches.size_of(job.job_input))
        worker_frame.delete_frame(frame)
        following = _following(self, job)
        if following is None:
            self._env.delete_frame(worker_frame)
        self._job_pool.close_job(job)
        if following is None:
            return
        job = following
    self._env.delete_frame(worker_frame)


def _run_or_recall(worker: Any, frame: Any, progress: Any, job: Any) -> bool:
    if progress.ended:
        job.job_output = progress.output
        return False
    resume_branch(frame, progress)
    worker._eval_job(env=frame, job=job)
    return True


def _end_others(frames: list[Any]) -> None:
    """Stop the items that are still at work when one has failed."""
    for frame in frames:
        frame.set_stop(stop_date=datetime.now(UTC), cause=None, error=None)


def _following(worker: Any, job: Any) -> Any:
    if isinstance(job.job_output, Exception) or worker.stopped():
        return None
    return worker._job_pool.next_job()
