"""The items of a Map, one worker's share in a loop.

moto calls itself for each next item, and so never ends a Map of a thousand items per worker.
"""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.itemprocessor import (
    distributed_item_processor_worker as moto_distributed,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.iteration_worker import (  # noqa: E501
    IterationWorker,
)

from millrace_localcloud.seams import replace_attribute


def install() -> None:
    """Replace both kinds of worker's walk through the items."""
    replace_attribute(IterationWorker, "_eval_pool", _run_inline)
    replace_attribute(
        moto_distributed.DistributedItemProcessorWorker, "_eval_pool", _run_distributed
    )


def _run_inline(self: Any, job: Any, worker_frame: Any) -> None:
    # A frame is closed before its job, on which the Map waits: closing adds to the history.
    while job is not None:
        frame = worker_frame.open_inner_frame()
        self._eval_job(env=frame, job=job)
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
        self._eval_job(env=frame, job=job)
        worker_frame.delete_frame(frame)
        following = _following(self, job)
        if following is None:
            self._env.delete_frame(worker_frame)
        self._job_pool.close_job(job)
        if following is None:
            return
        job = following
    self._env.delete_frame(worker_frame)


def _following(worker: Any, job: Any) -> Any:
    if isinstance(job.job_output, Exception) or worker.stopped():
        return None
    return worker._job_pool.next_job()
