"""What people and machines are told of a failure. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from millrace_contracts import StageFailed
from millrace_contracts.dataset import Owner
from millrace_notify.failures import MACHINE, Attempt
from millrace_notify.links import console_links
from millrace_notify.repeats import Repeats

_SUBJECT_LENGTH = 100
"""SNS API Reference, Publish: less than or equal to 100 ASCII characters, no line breaks."""
_HAPPENED = {
    "TIMED_OUT": "The run took longer than its state machine allows.",
    "ABORTED": "The run was stopped before it had ended.",
}


@dataclass(frozen=True, slots=True)
class Story:
    """All that is told of one failure."""

    attempt: Attempt
    stage: str
    error: str
    cause: str
    """Root cause in one line."""
    owner: Owner | None
    began_at: datetime | None
    failures_this_week: int
    """Failed runs of the dataset in the last 7 days, this one included."""
    repeats: Repeats = field(default_factory=lambda: Repeats(1))
    counts: Mapping[str, int] = field(default_factory=dict)
    """What the run's stages have counted, as ``rows_read``."""

    @property
    def severity(self) -> str:
        """``warning`` for a run that somebody stopped, else ``error``."""
        return "warning" if self.attempt.status == "ABORTED" else "error"

    @property
    def summary(self) -> str:
        """What happened, in one sentence."""
        if self.attempt.status in _HAPPENED:
            return _HAPPENED[self.attempt.status]
        if self.stage == MACHINE:
            return f"The state machine failed with {self.error}."
        return f"The state {self.stage} failed with {self.error}."

    @property
    def resume(self) -> str:
        """The command that goes on from the state that failed."""
        return f"millrace redrive {self.attempt.run_id}"


def subject(story: Story) -> str:
    """``[millrace] flights: Etl failed (run r1)``, shortened where it would not fit."""
    attempt = story.attempt
    head = f"[millrace] {attempt.dataset}: {story.stage} failed"
    tail = f" (run {attempt.run_id})"
    room = _SUBJECT_LENGTH - len(head)
    if len(tail) > room:
        tail = f"{tail[: room - 4]}...)" if room >= len(" (run x...)") else ""
    return as_subject(f"{head}{tail}")


def attributes(story: Story) -> Mapping[str, str]:
    """What subscriptions may filter by: ``dataset``, ``owner``, ``stage`` and ``severity``."""
    owner = {"owner": story.owner.team} if story.owner else {}
    told = {"dataset": story.attempt.dataset, "stage": story.stage, "severity": story.severity}
    return told | owner


def human_text(story: Story) -> str:
    """The body for people: what happened, why, and the command that resumes it."""
    attempt = story.attempt
    times = "once" if story.failures_this_week == 1 else f"{story.failures_this_week} times"
    owner = f"{story.owner.team} <{story.owner.email}>" if story.owner else "unknown"
    lines = [
        story.summary,
        "",
        f"Dataset:    {attempt.dataset}",
        f"Owner:      {owner}",
        f"Stage:      {story.stage}",
        f"Error:      {story.error}",
        f"Cause:      {story.cause or 'not told'}",
        f"Run:        {attempt.run_id}"
        + (f", redrive {attempt.redrives}" * bool(attempt.redrives)),
        f"Began at:   {_moment(story.began_at)}",
        f"Failed at:  {_moment(attempt.failed_at)}",
        f"This week:  failed {times} in 7 days",
        *_repeated(story.repeats),
        *([f"Counted:    {_counted(story.counts)}"] if story.counts else []),
        "",
        "When the cause is cured, resume from the state that failed with:",
        f"    {story.resume}",
        "or start a new run, which takes up what this one left:",
        f"    millrace run {attempt.dataset}",
        "",
        f"Execution:  {attempt.execution_arn}",
    ]
    links = console_links(attempt.execution_arn, story.stage)
    lines += [f"{name.capitalize() + ':':<12}{link}" for name, link in _shown(links).items()]
    return "\n".join(lines) + "\n"


def machine_event(story: Story) -> StageFailed:
    """The body for machines."""
    return StageFailed(
        dataset=story.attempt.dataset,
        run_id=story.attempt.run_id,
        stage=story.stage,
        error=story.error,
        cause=story.cause,
        execution_arn=story.attempt.execution_arn,
        failed_at=story.attempt.failed_at,
        summary=story.summary,
        owner=story.owner.team if story.owner else "",
        severity=story.severity,
        began_at=story.began_at,
        failures_this_week=story.failures_this_week,
        repeats=story.repeats.count if story.repeats.count > 1 else None,
        untold=story.repeats.untold,
        counts=dict(story.counts),
        resume=story.resume,
        links=dict(console_links(story.attempt.execution_arn, story.stage)),
    )


def bodies(story: Story) -> Mapping[str, str]:
    """Body by SNS protocol."""
    return by_protocol(human_text(story), machine_event(story).model_dump_json())


def by_protocol(text: str, event: str) -> Mapping[str, str]:
    """Words for people and JSON for machines, in one publish."""
    machines = dict.fromkeys(("sqs", "lambda", "http", "https", "firehose"), event)
    return {"default": text, "email": text, **machines}


def as_subject(line: str) -> str:
    """The line as SNS takes it."""
    return "".join(c if " " <= c <= "~" else "?" for c in line)[:_SUBJECT_LENGTH]


def _moment(moment: datetime | None) -> str:
    return "unknown" if moment is None else moment.strftime("%Y-%m-%d %H:%M:%S UTC")


def _shown(links: Mapping[str, str]) -> Mapping[str, str]:
    return {"console" if name == "execution" else name: link for name, link in links.items()}


def _repeated(repeats: Repeats) -> list[str]:
    if repeats.count == 1:
        return []
    untold = f"; not told apart: {', '.join(repeats.untold)}" if repeats.untold else ""
    return [f"In a row:   {repeats.count} times alike since {_moment(repeats.since)}{untold}"]


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items())
