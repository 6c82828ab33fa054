"""Run pipelines."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from millrace.aws import Aws
from millrace.breaking import Stage, broken
from millrace.bringing import bring_up_to_date, load_declared
from millrace.commands.cloud import tell_stack
from millrace.laptop import running_laptop
from millrace.mailbox import wait_for_mail
from millrace.project import Project
from millrace.report.progress import Progress
from millrace.report.summary import gather_summary, show_summary
from millrace.run_state import open_run_state
from millrace.runs import Outcome, Run, follow, start_run
from millrace.terminal import complaints, console, find_project, told

if TYPE_CHECKING:
    from millrace.specs import DeclaredDataset

COMMANDS = typer.Typer()


@COMMANDS.command()
def run(
    context: typer.Context,
    dataset: Annotated[str, typer.Argument(help="Folder below datasets/.")],
    fail: Annotated[
        Stage | None, typer.Option(help="Let the cloud break this stage, to see what happens.")
    ] = None,
) -> None:
    """Run one dataset's pipeline and show it, with a summary at the end.

    Uses the cloud that is up; else starts one for as long as the run takes.
    """
    began_s = time.monotonic()
    with told():
        project = find_project(context)
        loading = ThreadPoolExecutor(1).submit(load_declared, project, dataset)
        if not project.home.exists():
            loading.result()  # a wrong dataset leaves nothing where nothing was
        with running_laptop(project) as laptop:
            aws = Aws(laptop.endpoint)
            declared = loading.result()
            bring_up_to_date(laptop, aws, project, [declared], tell_stack)
            with broken(laptop, fail):
                succeeded = _run_and_tell(aws, project, declared, began_s)
    if not succeeded:
        raise typer.Exit(1)


def _run_and_tell(aws: Aws, project: Project, declared: DeclaredDataset, began_s: float) -> bool:
    """Run and follow; says whether all of it happened."""
    started = start_run(aws, declared.spec.name, datetime.now(UTC))
    console.print(f"[bold]{started.run_id}[/]")
    outcome = follow_run(aws, started)
    if outcome.status != "SUCCEEDED":
        console.print(f"[bold red]{outcome.status}[/] {outcome.error}")
        mails = wait_for_mail(project.home / "mail", started.run_id)
        for message in mails:
            console.print(f"\nMail to {message.to}: {message.subject}", style="bold", markup=False)
            console.print(message.text, markup=False)
        if not mails:
            complaints.print("No mail arrived: read the notify service's log.", style="red")
        return False
    if "Acknowledge" not in outcome.took_s:
        console.print(f"[bold]Nothing new[/] in {outcome.wall_s:.1f} s: no file has come.")
        return True
    summary = gather_summary(aws, started, declared, project.home / "lake")
    show_summary(console, summary, outcome, time.monotonic() - began_s)
    gaps = summary.gaps()
    for gap in gaps:
        complaints.print(f"Not complete: {gap}", style="red")
    return not gaps


def follow_run(aws: Aws, started: Run) -> Outcome:
    """Show an execution's states as they change, until it has ended."""
    progress = Progress(console, open_run_state(aws), started.run_id)
    changes = follow(aws, started.execution_arn)
    while True:
        try:
            progress.show(next(changes))
        except StopIteration as ended:
            outcome: Outcome = ended.value
            return outcome
