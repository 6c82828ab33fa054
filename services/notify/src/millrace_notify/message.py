"""What people and machines are told of a failure. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from millrace_contracts import StageFailed
from millrace_contracts.dataset import Owner
from millrace_notify.failures import MACHINE, Attempt

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


def subject(story: Story) -> str:
    """``[millrace] flights: Etl failed (run r1)``, shortened where it would not fit."""
    attempt = story.attempt
    head = f"[millrace] {attempt.dataset}: {story.stage} failed"
    tail = f" (run {attempt.run_id})"
    room = _SUBJECT_LENGTH - len(head)
    if len(tail) > room:
        tail = f"{tail[: room - 4]}...)" if room >= len(" (run x...)") else ""
    line = "".join(c if " " <= c <= "~" else "?" for c in f"{head}{tail}")
    return line[:_SUBJECT_LENGTH]


def attributes(story: Story) -> Mapping[str, str]:
    """What subscriptions may filter by: ``dataset``, ``stage`` and ``severity``.

    ``severity`` is ``warning`` for a run that somebody stopped, else ``error``.
    """
    severity = "warning" if story.attempt.status == "ABORTED" else "error"
    return {"dataset": story.attempt.dataset, "stage": story.stage, "severity": severity}


def human_text(story: Story) -> str:
    """The body for people: what happened, why, and the command that resumes it."""
    attempt = story.attempt
    happened = _HAPPENED.get(attempt.status, f"The state {story.stage} failed with {story.error}.")
    if story.stage == MACHINE and attempt.status not in _HAPPENED:
        happened = f"The state machine failed with {story.error}."
    times = "once" if story.failures_this_week == 1 else f"{story.failures_this_week} times"
    owner = f"{story.owner.team} <{story.owner.email}>" if story.owner else "unknown"
    lines = [
        happened,
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
        "",
        "When the cause is cured, resume with:",
        f"    millrace run {attempt.dataset}",
        "",
        f"Execution:  {attempt.execution_arn}",
        f"Console:    {_console_url(attempt.execution_arn)}",
    ]
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
    )


def bodies(story: Story) -> Mapping[str, str]:
    """Body by SNS protocol."""
    text, event = human_text(story), machine_event(story).model_dump_json()
    return {
        "default": text,
        "email": text,
        "sqs": event,
        "lambda": event,
        "http": event,
        "https": event,
    }


def _moment(moment: datetime | None) -> str:
    return "unknown" if moment is None else moment.strftime("%Y-%m-%d %H:%M:%S UTC")


def _console_url(execution_arn: str) -> str:
    region = execution_arn.split(":")[3] if execution_arn.count(":") >= 3 else ""
    return (
        f"https://{region}.console.aws.amazon.com/states/home?region={region}"
        f"#/v2/executions/details/{execution_arn}"
    )
