"""The use case: announce that a dataset works again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from millrace_contracts import RunRecovered
from millrace_contracts.state import RunRecord, RunState, RunStatus
from millrace_notify.failures import Success
from millrace_notify.message import as_subject, by_protocol
from millrace_notify.once import told_once
from millrace_notify.ports import Specs, Topic
from millrace_notify.repeats import untold_runs

_LOOKED_BACK = 300
_WORKED = (RunStatus.SUCCEEDED, RunStatus.NOTHING_NEW)


@dataclass(frozen=True, slots=True)
class AnnounceRecovery:
    """Announce recoveries, with everything it touches passed in."""

    state: RunState
    specs: Specs
    topic: Topic
    now: Callable[[], datetime]

    def announce(self, success: Success) -> RunRecovered | None:
        """Publish one message when the run before had failed, or this one had before a redrive.

        Returns:
            What was published; None when nothing had failed or it was announced before.

        Raises:
            AnnouncementHeld: Another call is at it; if that call dies, a retry takes over.
            TransientError: AWS asked to retry; nothing was published.
        """
        run = self.state.run(success.run_id)
        if run is None or run.status not in _WORKED:
            return None  # an execution that did no work, as one that stepped aside
        failed = self._failed_before(run)
        redriven = sum(self.state.announced(run.run_id, n) for n in range(success.redrives))
        if not failed and not redriven:
            return None
        event = self._event(success, run, failed, len(failed) + redriven)
        with told_once(self.state, f"{run.run_id}/recovered", success.redrives, self.now()) as mine:
            if not mine:
                return None
            owner = {"owner": event.owner} if event.owner else {}
            self.topic.publish(
                as_subject(f"[millrace] {run.dataset}: recovered (run {run.run_id})"),
                by_protocol(_text(event), event.model_dump_json()),
                {"dataset": run.dataset, "severity": event.severity, **owner},
            )
        return event

    def _failed_before(self, run: RunRecord) -> list[RunRecord]:
        """Runs that failed since the last that worked, newest first."""
        failed: list[RunRecord] = []
        for earlier in self.state.runs(run.dataset, _LOOKED_BACK):
            if earlier.run_id == run.run_id or earlier.started_at > run.started_at:
                continue
            if earlier.status in _WORKED:
                break
            if earlier.status is RunStatus.FAILED:
                failed.append(earlier)
        return failed

    def _event(
        self, success: Success, run: RunRecord, failed: list[RunRecord], failures: int
    ) -> RunRecovered:
        owner = self.specs.owner(run.dataset)
        times = "1 failure" if failures == 1 else f"{failures} failures"
        return RunRecovered(
            dataset=run.dataset,
            run_id=run.run_id,
            summary=f"{run.dataset} works again after {times}.",
            owner=owner.team if owner else "",
            failures=failures,
            failing_since=failed[-1].started_at if failed else run.started_at,
            untold=untold_runs(failed),
            recovered_at=success.ended_at,
        )


def _text(event: RunRecovered) -> str:
    lines = [
        event.summary,
        "",
        f"Dataset:    {event.dataset}",
        f"Owner:      {event.owner or 'unknown'}",
        f"Run:        {event.run_id}",
        f"Failing:    since {event.failing_since:%Y-%m-%d %H:%M:%S} UTC",
        f"Works:      since {event.recovered_at:%Y-%m-%d %H:%M:%S} UTC",
    ]
    if event.untold:
        lines.append(f"Not told:   {', '.join(event.untold)} failed too")
    return "\n".join(lines) + "\n"
