"""The use case: announce one failed attempt of a run, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from millrace_contracts import StageFailed
from millrace_contracts.state import RunRecord, RunState, RunStatus
from millrace_notify.causes import mask, root_cause
from millrace_notify.errors import CallRefused
from millrace_notify.failures import Attempt, Finding
from millrace_notify.history import find_failure, machine_failure
from millrace_notify.message import Story, attributes, bodies, machine_event, subject
from millrace_notify.once import told_once
from millrace_notify.ports import Executions, Specs, Topic
from millrace_notify.repeats import find_repeats

_WEEK = timedelta(days=7)
_UNKNOWN_STAGE = "unknown"
_LOOKED_BACK = 300
_COUNTED = ("files", "rows")


@dataclass(frozen=True, slots=True)
class Announcement:
    """A failure that was settled."""

    event: StageFailed
    was_published: bool
    """False when it repeats earlier ones, and a later message tells of it."""


@dataclass(frozen=True, slots=True)
class AnnounceFailure:
    """Announce failures, with everything it touches passed in."""

    state: RunState
    executions: Executions
    specs: Specs
    topic: Topic
    now: Callable[[], datetime]

    def announce(self, attempt: Attempt) -> Announcement | None:
        """Publish one message for a failed attempt and record that its run FAILED.

        The right to announce is claimed before the message goes out and settled after the topic
        has accepted it. A failure in between gives the right back and a death lets it lapse, so a
        retry publishes: at least one message, and two only where the worker dies in the moment
        between acceptance and settling.

        Returns:
            What was told, or left to a later message; None when the attempt was announced before.

        Raises:
            AnnouncementHeld: Another call is at it; if that call dies, a retry takes over.
            TransientError: AWS asked to retry; nothing was published.
        """
        with told_once(self.state, attempt.run_id, attempt.redrives, self.now()) as is_new:
            if not is_new:
                return None
            story = self._tell(attempt)
            is_told = story.repeats.is_told or attempt.redrives > 0
            if is_told:
                self.topic.publish(subject(story), bodies(story), attributes(story))
        return Announcement(machine_event(story), is_told)

    def _tell(self, attempt: Attempt) -> Story:
        finding = self._find(attempt)
        cause = root_cause(finding.cause)
        error = mask(finding.error)
        self.state.end_run(
            attempt.run_id,
            attempt.dataset,
            RunStatus.FAILED,
            attempt.failed_at,
            error=error,
            cause=cause,
        )
        run = self.state.run(attempt.run_id)
        started_at = run.started_at if run and run.started_at < attempt.failed_at else None
        failed = self.state.failed_runs(attempt.failed_at - _WEEK, attempt.failed_at)
        record = run or RunRecord(
            attempt.run_id, attempt.dataset, RunStatus.FAILED, attempt.failed_at, error=error
        )
        return Story(
            repeats=find_repeats(self.state.runs(attempt.dataset, _LOOKED_BACK), record),
            counts=self._counts(attempt.run_id),
            attempt=attempt,
            stage=finding.stage,
            error=error,
            cause=cause,
            owner=self.specs.owner(attempt.dataset),
            began_at=attempt.began_at or started_at,
            failures_this_week=sum(run.dataset == attempt.dataset for run in failed),
        )

    def _counts(self, run_id: str) -> dict[str, int]:
        counts: dict[str, int] = {}
        for stage in self.state.stages(run_id):
            counts |= stage.numbers
        return {name: counts[name] for name in counts if name.split("_")[0] in _COUNTED}

    def _find(self, attempt: Attempt) -> Finding:
        if attempt.status != "FAILED":
            return machine_failure(attempt.error, attempt.cause, attempt.status)
        try:
            history = self.executions.history(attempt.execution_arn)
            found = find_failure(history, attempt.error)
        except CallRefused:
            # A message that cannot name the stage is better than none.
            return Finding(_UNKNOWN_STAGE, attempt.error, attempt.cause)
        if found is None:
            return machine_failure(attempt.error, attempt.cause, attempt.status)
        return replace(found, cause=found.cause or attempt.cause)
