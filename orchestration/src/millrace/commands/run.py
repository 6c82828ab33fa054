"""Run pipelines."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from millrace.aws import Aws
from millrace.breaking import Stage, broken
from millrace.bringing import bring_up_to_date, load_declared
from millrace.commands.cloud import ignore_stack, tell_stack
from millrace.datasets import published_datasets, published_spec
from millrace.errors import InputRejected
from millrace.laptop import running_laptop
from millrace.mailbox import wait_for_mail
from millrace.project import Project
from millrace.report.progress import Progress
from millrace.report.summary import gather_summary, show_summary
from millrace.run_state import open_run_state
from millrace.runs import (
    Found,
    Outcome,
    Run,
    find_run,
    follow,
    follow_batch,
    order_datasets,
    start_batch,
    start_run,
)
from millrace.terminal import (
    TargetName,
    complaints,
    connected,
    console,
    find_project,
    options_of,
    print_json,
    told,
    with_target,
)

if TYPE_CHECKING:
    from millrace.specs import DeclaredDataset

COMMANDS = typer.Typer()


@COMMANDS.command()
@with_target
def run(
    context: typer.Context,
    datasets: Annotated[
        list[str] | None, typer.Argument(help="Folders below datasets/; several run in order.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every dataset.")] = False,
    fail: Annotated[
        Stage | None,
        typer.Option(help="Let the laptop's cloud break this stage, to see what happens."),
    ] = None,
) -> None:
    """Run pipelines and show them, as in: millrace run flights; millrace run weather planes.

    One dataset is shown state by state, with a summary. Several run in the order of their on.after.
    On the laptop what the checkout declares is deployed first; the cloud that is up is used, else
    one is started for as long as the run takes.
    """
    began_s = time.monotonic()
    options = options_of(context)
    with told():
        names = _chosen(context, datasets or [], every)
        if fail and (options.target is TargetName.AWS or len(names) != 1):
            raise InputRejected("--fail breaks one dataset's run on the laptop")
        if options.target is TargetName.AWS or len(names) > 1 or options.as_json:
            succeeded = _run_plainly(context, names, fail)
        else:
            succeeded = _run_with_summary(context, names[0], fail, began_s)
    if not succeeded:
        raise typer.Exit(1)


def _chosen(context: typer.Context, names: list[str], every: bool) -> list[str]:
    if every == bool(names):
        raise InputRejected("name datasets, or say --all")
    if not every:
        return list(dict.fromkeys(names))
    if options_of(context).target is TargetName.AWS:
        with connected(context) as cloud:
            return published_datasets(cloud.aws)
    return find_project(context).dataset_names()


def _run_with_summary(
    context: typer.Context, dataset: str, fail: Stage | None, began_s: float
) -> bool:
    project = find_project(context)
    loading = ThreadPoolExecutor(1).submit(load_declared, project, dataset)
    if not project.home.exists():
        loading.result()  # a wrong dataset leaves nothing where nothing was
    with running_laptop(project) as laptop:
        aws = Aws(laptop.endpoint)
        declared = loading.result()
        bring_up_to_date(laptop, aws, project, [declared], tell_stack)
        with broken(laptop, fail):
            return _run_and_tell(aws, project, declared, began_s)


def _run_plainly(context: typer.Context, names: list[str], fail: Stage | None) -> bool:
    """Run one or several, on any cloud, with words or JSON."""
    quiet = options_of(context).as_json
    with connected(context) as cloud:
        if cloud.project is not None and cloud.laptop is not None:
            declared = [load_declared(cloud.project, name) for name in names]
            report = ignore_stack if quiet else tell_stack
            bring_up_to_date(cloud.laptop, cloud.aws, cloud.project, declared, report)
        specs = {name: published_spec(cloud.aws, name) for name in names}
        with broken(cloud.laptop, fail) if cloud.laptop else nullcontext():
            if len(names) == 1:
                found = _run_one(cloud.aws, names[0], quiet)
            else:
                stages = order_datasets({name: spec.on.after for name, spec in specs.items()})
                found = _run_many(cloud.aws, stages, quiet)
        left = [name for name in names if name not in {run.dataset for run in found}]
        if quiet:
            print_json({"runs": found, "not_run": left})
        elif left:
            complaints.print(f"Not run, because what they need failed: {', '.join(left)}")
        return not left and all(run.status == "SUCCEEDED" for run in found)


def _run_one(aws: Aws, dataset: str, quiet: bool) -> list[Found]:
    started = start_run(aws, dataset, datetime.now(UTC))
    if not quiet:
        console.print(f"[bold]{started.run_id}[/]")
    outcome = follow_run(aws, started, quiet=quiet)
    if not quiet:
        console.print(f"[bold]{outcome.status}[/] {outcome.error}")
    return [find_run(aws, started.run_id)]


def _run_many(aws: Aws, stages: list[list[str]], quiet: bool) -> list[Found]:
    last: dict[str, Found] = {}
    for run in follow_batch(aws, start_batch(aws, stages, datetime.now(UTC))):
        last[run.run_id] = run
        if not quiet:
            console.print(f"{run.status:<10} {run.run_id}  {run.error}")
    return list(last.values())


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
