"""The use case: announce one failed attempt of a run, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from millrace_contracts import StageFailed
from millrace_contracts.state import RunState, RunStatus
from millrace_notify.causes import mask, root_cause
from millrace_notify.errors import AnnouncementHeld, CallRefused
from millrace_notify.failures import Attempt, Finding
from millrace_notify.history import find_failure, machine_failure
from millrace_notify.message import Story, attributes, bodies, machine_event, subject
from millrace_notify.ports import Executions, Owners, Topic

LEASE = timedelta(seconds=90)
"""Longer than the Lambda may run, so that nobody announces beside a live worker."""
_WEEK = timedelta(days=7)
_UNKNOWN_STAGE = "unknown"


@dataclass(frozen=True, slots=True)
class AnnounceFailure:
    """Announce failures, with everything it touches passed in."""

    state: RunState
    executions: Executions
    owners: Owners
    topic: Topic
    now: Callable[[], datetime]

    def announce(self, attempt: Attempt) -> StageFailed | None:
        """Publish one message for a failed attempt and record that its run FAILED.

        The right to announce is claimed before the message goes out and settled after the topic
        has accepted it. A failure in between gives the right back and a death lets it lapse, so a
        retry publishes: at least one message, and two only where the worker dies in the moment
        between acceptance and settling.

        Returns:
            What was published; None when the attempt had been announced before.

        Raises:
            AnnouncementHeld: Another call is at it; if that call dies, a retry takes over.
            TransientError: AWS asked to retry; nothing was published.
        """
        now = self.now()
        key = (attempt.run_id, attempt.redrives)
        if not self.state.claim_announcement(*key, now, now + LEASE):
            if self.state.announced(*key):
                return None
            raise AnnouncementHeld(f"run {attempt.run_id}, redrive {attempt.redrives}")
        try:
            story = self._tell(attempt)
            self.topic.publish(subject(story), bodies(story), attributes(story))
        except Exception:
            self.state.release_announcement(*key)
            raise
        self.state.settle_announcement(*key)
        return machine_event(story)

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
        return Story(
            attempt=attempt,
            stage=finding.stage,
            error=error,
            cause=cause,
            owner=self.owners.owner(attempt.dataset),
            began_at=attempt.began_at or started_at,
            failures_this_week=sum(run.dataset == attempt.dataset for run in failed),
        )

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
