"""Runs that are shown as they go, and told of at their end."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from millrace.aws import Aws
from millrace.bringing import upstreams_of
from millrace.mailbox import wait_for_mail
from millrace.project import Project
from millrace.report.batch import Followed, show_batch
from millrace.report.bills import bill_line, bill_of_run
from millrace.report.progress import Progress
from millrace.report.summary import Summary, gather_summary, show_summary
from millrace.run_state import open_run_state
from millrace.runs import (
    Outcome,
    Run,
    follow,
    order_datasets,
    start_batch,
    start_run,
    watch_batch,
)
from millrace.terminal import complaints, console

if TYPE_CHECKING:
    from millrace.specs import DeclaredDataset

_NOTIFY_FAILED = "so did notify"
"""In the subject of the last resort of the machine ``report``."""


def show_run(
    aws: Aws,
    project: Project,
    declared: DeclaredDataset,
    began_s: float,
    *,
    is_notify_broken: bool = False,
) -> bool:
    """Run one dataset on the laptop; says whether all of it happened."""
    started = start_run(aws, declared.spec.name, datetime.now(UTC))
    console.print(f"[bold]{started.run_id}[/]")
    outcome = follow_run(aws, started)
    if outcome.status != "SUCCEEDED":
        _tell_failure(aws, project, started, outcome, is_notify_broken)
        return False
    if _found_nothing(outcome):
        console.print(f"[bold]Nothing new[/] in {outcome.wall_s:.1f} s: no file has come.")
        return True
    summary = gather_summary(aws, started, declared, project.home / "lake")
    show_summary(console, summary, outcome, time.monotonic() - began_s)
    return _tell_gaps(summary.gaps())


def show_runs(
    aws: Aws,
    project: Project,
    declared: Mapping[str, DeclaredDataset],
    began_s: float,
) -> bool:
    """Run several datasets on the laptop; says whether all of it happened.

    Args:
        aws: The laptop's cloud.
        project: The checkout.
        declared: Which, by their names; they run in the order in which they need each other.
        began_s: When the command began, by the monotonic clock.
    """
    lake = project.home / "lake"
    with ThreadPoolExecutor(1) as pool:
        runs, summaries = _follow_runs(
            aws,
            order_datasets(upstreams_of(declared)),
            lambda run: pool.submit(gather_summary, aws, run, declared[run.dataset], lake),
        )
    failed = [each for each in runs if _ended(each).status != "SUCCEEDED"]
    for each in failed:
        _tell_failure(aws, project, each.run, _ended(each))
    left = sorted(declared.keys() - {each.run.dataset for each in runs})
    if left:
        complaints.print(f"Not run, because what they need failed: {', '.join(left)}")
    for each in runs:
        if each.run.run_id in summaries:
            each.summary = summaries[each.run.run_id].result()
    if failed or left:
        return False
    cost = bill_line(
        *(
            each.summary.bill if each.summary else bill_of_run(aws, each.run.execution_arn)
            for each in runs
        )
    )
    show_batch(console, runs, cost, str(lake), time.monotonic() - began_s)
    return _tell_gaps(
        [
            f"{each.run.dataset}: {gap}"
            for each in runs
            if each.summary is not None
            for gap in each.summary.gaps()
        ]
    )


def follow_run(
    aws: Aws, started: Run, since: datetime | None = None, *, quiet: bool = False
) -> Outcome:
    """Show an execution's states as they change, until it has ended.

    Args:
        aws: Where.
        started: Which.
        since: Changes before are not shown.
        quiet: Show nothing.
    """
    progress = Progress(console, open_run_state(aws), started.run_id)
    changes = follow(aws, started.execution_arn, since)
    while True:
        try:
            change = next(changes)
        except StopIteration as ended:
            outcome: Outcome = ended.value
            return outcome
        if not quiet:
            progress.show(change)


def _follow_runs(
    aws: Aws, stages: Sequence[Sequence[str]], gather: Callable[[Run], Future[Summary]]
) -> tuple[list[Followed], dict[str, Future[Summary]]]:
    """Follow all to their ends; what each did is gathered while the others still run."""
    state, began_at = open_run_state(aws), datetime.now(UTC)
    width = max(len(name) for stage in stages for name in stage)
    runs: dict[str, Followed] = {}
    shown: dict[str, Progress] = {}
    summaries: dict[str, Future[Summary]] = {}
    for run, changes, outcome in watch_batch(aws, start_batch(aws, stages, began_at)):
        if run.run_id not in runs:
            console.print(f"[bold]{run.run_id}[/]")
            label = f"{run.dataset:<{width}}  "
            runs[run.run_id] = Followed(run)
            shown[run.run_id] = Progress(console, state, run.run_id, began_at, label)
        for change in changes:
            shown[run.run_id].show(change)
        runs[run.run_id].changes += changes
        runs[run.run_id].outcome = outcome
        if outcome and outcome.status == "SUCCEEDED" and not _found_nothing(outcome):
            summaries[run.run_id] = gather(run)
    order = [name for stage in stages for name in stage]
    followed = sorted(runs.values(), key=lambda each: order.index(each.run.dataset))
    return followed, summaries


def _ended(followed: Followed) -> Outcome:
    assert followed.outcome is not None
    return followed.outcome


def _found_nothing(outcome: Outcome) -> bool:
    return "Acknowledge" not in outcome.took_s


def _tell_failure(
    aws: Aws, project: Project, run: Run, outcome: Outcome, is_notify_broken: bool = False
) -> None:
    console.print(f"[bold red]{outcome.status}[/] {outcome.error}")
    state = open_run_state(aws)
    # A notify that is killed at work may have told of the failure; its own is told all the same.
    mails = wait_for_mail(
        project.home / "mail",
        run.run_id,
        lambda: not is_notify_broken and state.announced(run.run_id, 0),
        words=_NOTIFY_FAILED if is_notify_broken else "",
    )
    for message in mails:
        console.print(f"\nMail to {message.to}: {message.subject}", style="bold", markup=False)
        console.print(message.text, markup=False, soft_wrap=True)
    if not mails and state.announced(run.run_id, 0):
        console.print("No mail of its own: it repeats earlier failures, and the next one names it.")
    elif not mails:
        complaints.print("No mail arrived: read the notify service's log.", style="red")


def _tell_gaps(gaps: Sequence[str]) -> bool:
    for gap in gaps:
        complaints.print(f"Not complete: {gap}", style="red")
    return not gaps
